import { hasScope, type ParsedScopes, type Resource } from '#scopes';
import type { NewsItem } from '../news/news.js';

/** The scopes of which one shows that something changed. */
const SCOPES = {
  server: 'read:servers',
  service: 'read:services',
  user: 'list:users',
  group: 'list:groups',
  account: 'admin:users',
} as const satisfies Record<NewsItem['kind'], string>;

export const EVENT_SCOPES: readonly string[] = Object.values(SCOPES);

/** What a change is about, and the scope on it that its readers need. */
export interface Subject {
  scope: string;
  resource: Resource;
}

export function subjectOf(item: NewsItem): Subject {
  const scope = SCOPES[item.kind];
  switch (item.kind) {
    case 'server':
      return { scope, resource: { kind: 'server', name: `${item.user}/${item.server}` } };
    case 'service':
      return { scope, resource: { kind: 'service', name: item.service } };
    case 'user':
    case 'account':
      return { scope, resource: { kind: 'user', name: item.user } };
    case 'group':
      return { scope, resource: { kind: 'group', name: item.group } };
  }
}

/** False when these scopes cannot show a change; true when they do, or when that depends on who is in which group. Asks nobody. */
export function mayConcern(scopes: ParsedScopes, { scope, resource }: Subject): boolean {
  if (hasScope(scopes, scope, resource)) return true;
  const filters = scopes.get(scope);
  return filters !== undefined && filters !== 'all' && filters.has('group');
}
