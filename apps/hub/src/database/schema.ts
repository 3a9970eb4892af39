import type { Knex } from 'knex';
import { auditColumns } from './audit-table.js';
import type { DatabaseKind } from './dialect.js';

/** The last Alembic revision of JupyterHub 6.0 (reference hub-behaviour 6.6). */
export const SCHEMA_REVISION = 'f460b0348206';

type Table = Knex.CreateTableBuilder;

/** JupyterHub 6.0's tables in an order that satisfies their foreign keys, then ours; `time` is how the database calls a time. */
export const TABLES: Readonly<Record<string, (table: Table, time: string, kind: DatabaseKind) => void>> = {
  servers: (t, _time, kind) => {
    numbered(t, kind);
    t.string('proto', 15);
    t.string('ip', 255);
    t.integer('port');
    t.string('base_url', 255);
    t.string('cookie_name', 255);
  },
  roles: (t, _time, kind) => {
    numbered(t, kind);
    t.string('name', 255).unique();
    t.string('description', 1023);
    t.text('scopes');
    t.boolean('managed_by_auth').notNullable();
  },
  groups: (t, _time, kind) => {
    numbered(t, kind);
    t.string('name', 255).unique();
    t.text('properties');
  },
  users: (t, time, kind) => {
    numbered(t, kind);
    t.string('name', 255).unique();
    t.boolean('admin');
    t.specificType('created', time);
    t.specificType('last_activity', time);
    t.string('cookie_id', 255).notNullable().unique();
    t.text('state');
    t.binary('encrypted_auth_state');
    t.text('user_info');
  },
  oauth_clients: (t, _time, kind) => {
    numbered(t, kind);
    t.string('identifier', 255).unique();
    t.string('description', 1023);
    t.string('secret', 255);
    t.string('redirect_uri', 1023);
    t.text('allowed_scopes');
  },
  user_role_map: (t) => roleMap(t, 'user', 'users'),
  group_role_map: (t) => roleMap(t, 'group', 'groups'),
  user_group_map: (t) => {
    reference(t.integer('user_id').notNullable(), 'users.id', 'CASCADE');
    reference(t.integer('group_id').notNullable(), 'groups.id', 'CASCADE');
    t.primary(['user_id', 'group_id']);
  },
  spawners: (t, time, kind) => {
    numbered(t, kind);
    reference(t.integer('user_id').index(), 'users.id', 'CASCADE');
    reference(t.integer('server_id').index(), 'servers.id', 'SET NULL');
    t.text('state');
    t.string('name', 255);
    t.specificType('started', time);
    t.specificType('last_activity', time);
    t.text('user_options');
    reference(t.string('oauth_client_id', 255), 'oauth_clients.identifier', 'SET NULL');
    t.string('display_name', 255);
  },
  services: (t, _time, kind) => {
    numbered(t, kind);
    t.string('name', 255).unique();
    t.boolean('admin');
    t.string('url', 2047);
    t.text('oauth_client_allowed_scopes');
    t.text('info');
    t.boolean('display');
    t.boolean('oauth_no_confirm');
    t.text('command');
    t.string('cwd', 4095);
    t.text('environment');
    t.string('user', 255);
    t.boolean('from_config');
    reference(t.integer('_server_id'), 'servers.id', 'SET NULL');
    t.integer('pid');
    reference(t.string('oauth_client_id', 255), 'oauth_clients.identifier', 'SET NULL');
    t.integer('timeout').notNullable().defaultTo(30);
  },
  service_role_map: (t) => roleMap(t, 'service', 'services'),
  api_tokens: (t, time, kind) => {
    reference(t.integer('user_id').index(), 'users.id', 'CASCADE');
    reference(t.integer('service_id').index(), 'services.id', 'CASCADE');
    numbered(t, kind);
    t.string('hashed', 255).unique();
    t.string('prefix', 16).index();
    reference(t.string('client_id', 255).index(), 'oauth_clients.identifier', 'CASCADE');
    t.string('session_id', 255);
    t.specificType('created', time);
    t.specificType('expires_at', time);
    t.specificType('last_activity', time);
    t.string('note', 1023);
    t.text('scopes');
  },
  oauth_codes: (t, _time, kind) => {
    numbered(t, kind);
    reference(t.string('client_id', 255), 'oauth_clients.identifier', 'CASCADE');
    t.string('code', 36);
    t.integer('expires_at');
    t.string('redirect_uri', 1023);
    t.string('session_id', 255);
    reference(t.integer('user_id'), 'users.id', 'CASCADE');
    t.text('scopes');
    t.string('code_challenge', 255);
    t.string('code_challenge_method', 64);
  },
  shares: (t, time, kind) => {
    numbered(t, kind);
    t.specificType('created_at', time).notNullable();
    t.text('scopes');
    t.specificType('expires_at', time);
    for (const [column, target] of [['user_id', 'users'], ['group_id', 'groups'], ['owner_id', 'users'], ['spawner_id', 'spawners']] as const) {
      reference(t.integer(column).index(), `${target}.id`, 'CASCADE');
    }
  },
  share_codes: (t, time, kind) => {
    numbered(t, kind);
    t.specificType('created_at', time).notNullable();
    t.text('scopes');
    t.specificType('expires_at', time);
    t.string('hashed', 255).unique();
    t.string('prefix', 16).index();
    t.integer('exchange_count');
    t.specificType('last_exchanged_at', time);
    reference(t.integer('owner_id').index(), 'users.id', 'CASCADE');
    reference(t.integer('spawner_id').index(), 'spawners.id', 'CASCADE');
  },
  elara_hub: (t) => {
    t.string('id', 36).primary();
  },
  elara_server_lifecycle: (t, time) => {
    reference(t.integer('spawner_id').primary(), 'spawners.id', 'CASCADE');
    t.string('state', 15).notNullable().index();
    t.string('owner', 64);
    t.integer('epoch').notNullable();
    t.specificType('deadline', time);
    t.string('failure_code', 63);
    t.text('failure');
    t.text('process');
    t.specificType('updated', time).notNullable();
  },
  elara_service_runs: (t, time) => {
    reference(t.integer('service_id').primary(), 'services.id', 'CASCADE');
    t.text('schedule').notNullable();
    t.specificType('handled', time).notNullable();
    t.integer('number').notNullable();
    t.string('cause', 15);
    t.specificType('started', time);
    t.specificType('ended', time);
    t.integer('code');
    t.string('signal', 15);
    t.text('error');
  },
  elara_server_activity: (t, time) => {
    reference(t.integer('spawner_id').primary(), 'spawners.id', 'CASCADE');
    for (const column of ['proxy', 'proxy_read', 'report', 'report_received', 'api']) t.specificType(column, time);
    t.float('report_interval');
  },
  elara_audit: auditColumns,
  elara_history: (t) => {
    t.integer('at').primary();
    for (const column of ['active_5m', 'active_1h', 'running_servers', 'spawns', 'spawn_failures', 'queue', 'service_restarts']) t.integer(column);
    for (const column of ['spawn_p50', 'spawn_p95', 'loop_lag_p99', 'loop_lag_max']) t.double(column);
    t.bigInteger('memory_rss');
  },
  elara_server_stops: (t, time) => {
    reference(t.integer('spawner_id').primary(), 'spawners.id', 'CASCADE');
    t.specificType('at', time).notNullable();
    t.string('code', 15).notNullable();
    t.string('stopped_by', 270);
    t.text('detail').notNullable();
  },
  elara_native_accounts: (t, time) => {
    t.increments('id');
    t.string('name', 255).notNullable().unique();
    t.string('password', 255).notNullable();
    t.boolean('approved').notNullable();
    t.string('approved_by', 255);
    t.string('email', 255);
    t.text('totp_secret');
    t.text('totp_pending');
    t.integer('totp_step');
    t.text('recovery_codes');
    t.specificType('created', time).notNullable();
    t.specificType('changed', time).notNullable();
  },
  elara_cull_warnings: (t, time) => {
    reference(t.integer('spawner_id').primary(), 'spawners.id', 'CASCADE');
    t.specificType('at', time).notNullable();
    t.text('reason').notNullable();
    t.specificType('idle_since', time);
    t.specificType('started', time);
  },
};

/** The column `id`. */
function numbered(t: Table, kind: DatabaseKind): void {
  // Knex would have it unsigned, which no column of JupyterHub's can refer to
  if (kind === 'mysql') t.specificType('id', 'INTEGER AUTO_INCREMENT').notNullable().primary();
  else t.increments('id');
}

function reference(column: Knex.ColumnBuilder, target: string, onDelete: 'CASCADE' | 'SET NULL'): void {
  column.references(target).onDelete(onDelete);
}

function roleMap(t: Table, kind: string, table: string): void {
  reference(t.integer(`${kind}_id`).notNullable(), `${table}.id`, 'CASCADE');
  reference(t.integer('role_id').notNullable(), 'roles.id', 'CASCADE');
  t.boolean('managed_by_auth').notNullable();
  t.primary([`${kind}_id`, 'role_id']);
}
