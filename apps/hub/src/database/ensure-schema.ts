import { StartupError } from '../errors.js';
import { guardAudit } from './audit-table.js';
import type { Database } from './database.js';
import { kindOf, TIME_TYPES } from './dialect.js';
import { SCHEMA_REVISION, TABLES } from './schema.js';

/** What a database says of its own schema. */
export interface SchemaState {
  /** No hub has ever used it. */
  isNew: boolean;
  /** JupyterHub's name of the schema, if it has one. */
  revision: string | undefined;
}

export async function readSchemaState(db: Database): Promise<SchemaState> {
  const present = await existingTables(db);
  const row = present.has('alembic_version') ? ((await db('alembic_version').first('version_num')) as { version_num: string } | undefined) : undefined;
  return { isNew: !present.has('users'), revision: row?.version_num };
}

/**
 * Sees that the tables are those of JupyterHub 6.0, or that there are none.
 * @param name how errors call the database
 * @throws StartupError when they are of another revision
 */
export async function requireRevision(db: Database, name: string): Promise<void> {
  const { isNew, revision } = await readSchemaState(db);
  if (isNew || revision === SCHEMA_REVISION) return;
  throw new StartupError(
    `cannot use ${name}: because its schema is ${revision ? `revision ${revision}` : 'unversioned'}, not JupyterHub 6.0's ${SCHEMA_REVISION}; ` +
      'stop the hub that uses it and run: elara upgrade-db',
  );
}

/** Creates the tables that are missing, and stamps a new database with JupyterHub's revision. */
export async function createMissing(db: Database): Promise<void> {
  const kind = kindOf(db);
  await db.transaction(async (trx) => {
    const present = await existingTables(trx);
    if (!present.has('users')) await stamp(trx, present.has('alembic_version'));
    for (const [table, columns] of Object.entries(TABLES)) {
      if (!present.has(table)) await trx.schema.createTable(table, (builder) => columns(builder, TIME_TYPES[kind], kind));
    }
    if (!present.has('elara_audit')) await guardAudit(trx, kind === 'sqlite');
    // who was active lately is counted every minute
    await trx.raw('CREATE INDEX IF NOT EXISTS elara_users_last_activity ON users (last_activity)');
    await trx.raw('CREATE INDEX IF NOT EXISTS elara_failed_servers ON elara_server_lifecycle (spawner_id) WHERE failure_code IS NOT NULL');
  });
}

/** Names of all tables. */
export async function existingTables(db: Database): Promise<Set<string>> {
  const rows: { name: string }[] = await db
    .select('name')
    .from(kindOf(db) === 'sqlite' ? 'sqlite_master' : db.raw('(SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema()) t'));
  return new Set(rows.map((row) => row.name));
}

async function stamp(db: Database, hasTable: boolean): Promise<void> {
  if (!hasTable) await db.schema.createTable('alembic_version', (t) => t.string('version_num', 32).notNullable().primary());
  await db('alembic_version').delete();
  await db('alembic_version').insert({ version_num: SCHEMA_REVISION });
}
