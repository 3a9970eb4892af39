import { hasScope, type ParsedScopes } from '#scopes';
import type { GroupRow } from '../database/tables.js';
import { fromDbJson } from '../database/values.js';

export interface GroupFacts {
  row: GroupRow;
  users: string[];
  roles: string[];
}

/** A group as the API shows it (reference rest-api 2.3); undefined when the caller may see nothing of it. */
export function groupModel({ row, users, roles }: GroupFacts, scopes: ParsedScopes) {
  const may = (scope: string) => hasScope(scopes, scope, { kind: 'group', name: row.name });
  if (!may('read:groups') && !may('read:groups:name') && !may('read:roles:groups')) return undefined;
  return {
    kind: 'group',
    name: row.name,
    ...(may('read:groups') && { users, properties: fromDbJson<Record<string, unknown>>(row.properties, {}) }),
    ...(may('read:roles:groups') && { roles }),
  };
}
