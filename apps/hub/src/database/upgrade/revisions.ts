import type { Knex } from 'knex';
import type { Database } from '../database.js';
import { rolesToScopes } from './roles-to-scopes.js';

/** One revision of JupyterHub's schema, and how a database of the one before becomes it. */
export interface Revision {
  id: string;
  /** The first JupyterHub that has it. */
  since: string;
  /** What it changes, in words. */
  what: string;
  /** Makes the change; what was changed by a run that did not come to its end is left as it is. */
  apply(db: Database): Promise<void>;
}

type Columns = Record<string, (table: Knex.AlterTableBuilder) => void>;

/** The chain (reference hub-behaviour 6.1 and 6.6), from the first that can be brought up to date to that of JupyterHub 6.0. */
export const REVISIONS: readonly Revision[] = [
  { id: '833da8570507', since: '2.0', what: 'roles', apply: () => Promise.resolve() },
  { id: '651f5419b74d', since: '3.0', what: 'tokens and OAuth clients have scopes instead of roles', apply: rolesToScopes },
  {
    id: '0eee8c825d24',
    since: '4',
    what: 'groups have properties',
    apply: (db) => addColumns(db, 'groups', { properties: (t) => t.text('properties') }),
  },
  { id: '3c2384c5aae1', since: '4', what: 'services are remembered with all their settings', apply: describeServices },
  { id: '4621fec11365', since: '5.0', what: 'roles may be managed by the authenticator', apply: markManagedRoles },
  {
    id: 'be8ecf03ddac',
    since: '6.0',
    what: 'services have a timeout',
    apply: (db) => addColumns(db, 'services', { timeout: (t) => t.integer('timeout').notNullable().defaultTo(30) }),
  },
  {
    id: 'afd65840b69e',
    since: '6.0',
    what: 'OAuth codes are bound to who asked for them (PKCE)',
    apply: (db) =>
      addColumns(db, 'oauth_codes', {
        code_challenge: (t) => t.string('code_challenge', 255),
        code_challenge_method: (t) => t.string('code_challenge_method', 64),
      }),
  },
  { id: 'ff1860e38070', since: '6.0', what: 'users have user_info', apply: (db) => addColumns(db, 'users', { user_info: (t) => t.text('user_info') }) },
  {
    id: 'f460b0348206',
    since: '6.0',
    what: 'servers have a name to show',
    apply: (db) => addColumns(db, 'spawners', { display_name: (t) => t.string('display_name', 255) }),
  },
];

/** Revisions of JupyterHub 1.5 and before. */
export const TOO_OLD: ReadonlySet<string> = new Set([
  ...['19c0846f6344', 'eeb276e51423', 'af4cbdb2d13c', '3ec6993fe20c', '1cebaf56856c', '56cc5a70207e', '99a28a4418e1', 'd68c98b66cd4'],
  ...['896818069c98', '4dc2d5a8c53c'],
]);

async function describeServices(db: Database): Promise<void> {
  await addColumns(db, 'services', {
    from_config: (t) => t.boolean('from_config'),
    url: (t) => t.string('url', 2047),
    oauth_client_allowed_scopes: (t) => t.text('oauth_client_allowed_scopes'),
    info: (t) => t.text('info'),
    display: (t) => t.boolean('display'),
    oauth_no_confirm: (t) => t.boolean('oauth_no_confirm'),
    command: (t) => t.text('command'),
    cwd: (t) => t.string('cwd', 2047),
    environment: (t) => t.text('environment'),
    user: (t) => t.string('user', 255),
  });
  // until now there were no others
  await db('services').whereNull('from_config').update({ from_config: true });
}

async function markManagedRoles(db: Database): Promise<void> {
  for (const table of ['roles', 'user_role_map', 'group_role_map', 'service_role_map']) {
    await addColumns(db, table, { managed_by_auth: (t) => t.boolean('managed_by_auth').notNullable().defaultTo(false) });
  }
}

/** Adds those that are not there yet, unless the whole table is missing: it is created with all its columns afterwards. */
async function addColumns(db: Database, table: string, columns: Columns): Promise<void> {
  if (!(await db.schema.hasTable(table))) return;
  for (const [name, add] of Object.entries(columns)) {
    if (!(await db.schema.hasColumn(table, name))) await db.schema.alterTable(table, add);
  }
}
