import { expect } from 'vitest';
import { connect } from '../../apps/hub/src/database/connection.js';
import type { Database } from '../../apps/hub/src/database/database.js';
import { parseDbUrl } from '../../apps/hub/src/database/db-url.js';
import { SCHEMA_REVISION } from '../../apps/hub/src/database/schema.js';
import { REVISIONS } from '../../apps/hub/src/database/upgrade/revisions.js';
import { upgradeDatabase } from '../../apps/hub/src/database/upgrade/upgrade.js';

const TABLES = ['servers', 'roles', 'groups', 'users', 'oauth_clients', 'user_role_map', 'group_role_map', 'service_role_map', 'user_group_map', 'spawners', 'services', 'api_tokens', 'oauth_codes'];

/** Opens a database whatever its schema. */
export async function within<T>(url: string, look: (db: Database) => Promise<T>): Promise<T> {
  const db = await connect(parseDbUrl(url), () => Promise.resolve());
  try {
    return await look(db);
  } finally {
    await db.destroy();
  }
}

export type Rows = Record<string, Record<string, unknown>[]>;

/** All that JupyterHub 3 keeps, in an order of our own. */
export const rowsOf = (url: string): Promise<Rows> =>
  within(url, async (db) => {
    const found: Rows = {};
    for (const table of TABLES) found[table] = ((await db(table as string)) as Record<string, unknown>[]).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    return found;
  });

/** The columns that were there before hold what they held. */
export function expectKept(before: Rows, after: Rows): void {
  const names = (table: string) => Object.keys(before[table]![0] ?? {});
  for (const table of TABLES) expect(after[table]!.map((row) => Object.fromEntries(names(table).map((name) => [name, row[name]])))).toEqual(before[table]);
}

/** Names and types of all columns, however they are ordered. */
export const columnsOf = (url: string): Promise<Record<string, unknown>> =>
  within(url, async (db) => {
    const found: Record<string, unknown> = {};
    for (const table of [...TABLES, 'shares', 'share_codes', 'elara_server_lifecycle']) {
      for (const [column, { type, maxLength }] of Object.entries(await db(table as string).columnInfo())) found[`${table}.${column}`] = [type.toLowerCase(), maxLength];
    }
    return found;
  });

/** A watcher of an upgrade who looks away. */
export const SILENT = { planned: () => undefined, copied: () => undefined, done: () => undefined };

/** Upgrades from JupyterHub 2, broken off after each step; after each of them the database says where it stands. */
export async function upgradeInPieces(url: string): Promise<void> {
  for (const { id } of REVISIONS.slice(1)) {
    const steps: string[] = [];
    const done = (step: { id: string }) => {
      steps.push(step.id);
      throw new Error('pulled the plug');
    };
    await expect(upgradeDatabase(url, { ...SILENT, done })).rejects.toThrow('pulled the plug');
    expect(steps).toEqual([id]);
    expect(await within(url, (db) => db('alembic_version').pluck('version_num'))).toEqual([id]);
  }
  expect(REVISIONS.at(-1)!.id).toBe(SCHEMA_REVISION);
  await upgradeDatabase(url, SILENT);
}
