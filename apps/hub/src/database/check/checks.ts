import type { Knex } from 'knex';
import type { Database } from '../database.js';

/** Rows that lead nowhere, and what becomes of them. */
export interface Check {
  table: string;
  /** In words; follows a number and the table's name. */
  what: string;
  /** `delete`, or a column that is emptied. */
  mend: 'delete' | { empty: string };
  /** The rows, as a query that can be counted, deleted or updated. */
  rows(db: Database): Knex.QueryBuilder;
}

/** True for what leads to a row that is not there; for what leads nowhere at all, too, where it has to lead somewhere. */
const lost = (column: string, table: string, key = 'id') => (query: Knex.QueryBuilder, db: Database) =>
  query.whereNotNull(column).whereNotIn(column, db.from(table).whereNotNull(key).select(key));

type Condition = (query: Knex.QueryBuilder, db: Database) => unknown;
const empty = (...columns: string[]): Condition => (query) => columns.forEach((column) => void query.whereNull(column));

/** Rows of a table for which one of the conditions holds. */
const anyOf = (table: string, conditions: readonly Condition[]) => (db: Database) => {
  const query: Knex.QueryBuilder = db.from(table);
  return query.where((any) => conditions.forEach((condition) => void any.orWhere((one) => void condition(one, db))));
};

const deleted = (table: string, what: string, ...conditions: Condition[]): Check => ({ table, what, mend: 'delete', rows: anyOf(table, conditions) });
const emptied = (table: string, column: string, what: string, condition: Condition): Check => ({ table, what, mend: { empty: column }, rows: anyOf(table, [condition]) });

const roleMap = (kind: string): Check =>
  deleted(`${kind}_role_map`, `roles of ${kind}s that are gone, or roles that are gone`, lost(`${kind}_id`, `${kind}s`), lost('role_id', 'roles'));

const ofServer = (table: string): Check => deleted(table, 'notes about servers that are gone', lost('spawner_id', 'spawners'));

/** The later ones of servers that have the same name and owner: they are never looked at. */
const laterNamesakes: Check = {
  table: 'spawners',
  what: 'servers that have the name of another one of the same user, and do not run',
  mend: 'delete',
  rows: (db) => {
    const later = db
      .from('spawners as s')
      .join('spawners as first', (on) => on.on('first.user_id', 's.user_id').andOn('first.name', 's.name').andOn('first.id', '<', 's.id'))
      .whereNull('s.server_id')
      .select('s.id');
    // by way of a table of their own: MySQL reads nothing of what it deletes from
    return db.from('spawners').whereIn('id', db.select('id').from(later.as('later')));
  },
};

/** What JupyterHub's schema leaves to the hub, and what a file holds whose foreign keys nobody looked after (reference hub-behaviour 6.4). */
export const CHECKS: readonly Check[] = [
  deleted('spawners', 'servers whose user is gone', empty('user_id'), lost('user_id', 'users')),
  laterNamesakes,
  emptied('spawners', 'server_id', 'servers whose address is gone', lost('server_id', 'servers')),
  emptied('spawners', 'oauth_client_id', 'servers whose OAuth client is gone', lost('oauth_client_id', 'oauth_clients', 'identifier')),
  emptied('services', '_server_id', 'services whose address is gone', lost('_server_id', 'servers')),
  emptied('services', 'oauth_client_id', 'services whose OAuth client is gone', lost('oauth_client_id', 'oauth_clients', 'identifier')),
  deleted('servers', 'addresses that no server and no service has', (query, db) =>
    query
      .whereNotIn('id', db.from('spawners').whereNotNull('server_id').select('server_id'))
      .whereNotIn('id', db.from('services').whereNotNull('_server_id').select('_server_id')),
  ),
  deleted('oauth_clients', 'OAuth clients that no server and no service has', (query, db) =>
    query
      .whereNot('identifier', 'jupyterhub')
      .whereNotIn('identifier', db.from('spawners').whereNotNull('oauth_client_id').select('oauth_client_id'))
      .whereNotIn('identifier', db.from('services').whereNotNull('oauth_client_id').select('oauth_client_id')),
  ),
  deleted(
    'api_tokens',
    'tokens whose owner or OAuth client is gone',
    ...[empty('user_id', 'service_id'), lost('user_id', 'users'), lost('service_id', 'services')],
    ...[empty('client_id'), lost('client_id', 'oauth_clients', 'identifier')],
  ),
  deleted('oauth_codes', 'codes whose user or OAuth client is gone', lost('user_id', 'users'), lost('client_id', 'oauth_clients', 'identifier')),
  ...['user', 'group', 'service'].map(roleMap),
  deleted('user_group_map', 'members that are gone, or members of groups that are gone', lost('user_id', 'users'), lost('group_id', 'groups')),
  deleted(
    'shares',
    'shares of servers, or with people or groups, that are gone',
    ...[empty('spawner_id'), lost('spawner_id', 'spawners'), lost('owner_id', 'users')],
    ...[empty('user_id', 'group_id'), lost('user_id', 'users'), lost('group_id', 'groups')],
  ),
  deleted('share_codes', 'share codes of servers that are gone', empty('spawner_id'), lost('spawner_id', 'spawners'), lost('owner_id', 'users')),
  ...['elara_server_lifecycle', 'elara_server_activity', 'elara_server_stops', 'elara_cull_warnings'].map(ofServer),
  deleted('elara_service_runs', 'runs of services that are gone', lost('service_id', 'services')),
];
