import { ScopeDefinitions } from './definitions.js';
import { splitScope, type ScopeParts } from './parse.js';
import type { FilterKind } from './types.js';

/** A permission in words, for people who are asked to grant it. Plain text: escape it. */
export interface ScopeDescription {
  /** Base name of the scope. */
  scope: string;
  description: string;
  /** What it is limited to, e.g. `only you` or `users in group red`; empty without a limit. */
  filter: string;
}

export interface DescribeContext {
  definitions?: ScopeDefinitions;
  /** Name of the user who reads this. */
  username?: string;
}

const BARE: Readonly<Record<FilterKind, string>> = {
  user: 'only you',
  server: 'this server',
  service: 'this service',
  group: '',
};

const serverText = (name: string): string =>
  name.endsWith('/') ? `the default server of ${name.slice(0, -1)}` : `the server ${name}`;

const filterText = ({ base, kind, value }: ScopeParts, definitions: ScopeDefinitions, username?: string): string => {
  if (kind === undefined) return '';
  if (value === undefined) return BARE[kind];
  if (kind === 'user') return value === username ? BARE.user : `user ${value}`;
  if (kind === 'server') return serverText(value);
  const isAboutUsers = definitions.get(base)?.filters.includes('user');
  return kind === 'group' && isAboutUsers ? `users in group ${value}` : `${kind} ${value}`;
};

/**
 * Scopes in words, one entry for each base in the order they come, its filters joined by "or".
 * @param scopes raw or expanded; one that is not defined is described as granting nothing
 */
export const describeScopes = (scopes: Iterable<string>, context: DescribeContext = {}): ScopeDescription[] => {
  const { definitions = ScopeDefinitions.builtIn, username } = context;
  const limits = new Map<string, Set<string>>();
  for (const scope of scopes) {
    const parts = splitScope(scope);
    const name = parts.problem ? scope : parts.base;
    const texts = limits.get(name) ?? new Set();
    limits.set(name, texts.add(filterText(parts, definitions, username)));
  }
  return [...limits].map(([scope, texts]) => ({
    scope,
    description: definitions.get(scope)?.description ?? 'Nothing: this permission does not exist here',
    filter: texts.has('') ? '' : [...texts].join(' or '),
  }));
};
