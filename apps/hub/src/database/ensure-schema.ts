import type { Knex } from 'knex';
import { StartupError } from '../errors.js';
import { guardAudit } from './audit-table.js';
import type { Database } from './database.js';
import { type DatabaseKind, kindOf } from './dialect.js';
import { createIndexes } from './indexes.js';
import { compareExactly, connectionCollation } from './mysql-collation.js';
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

/** How each database calls a time; JupyterHub's tables on MySQL have whole seconds. */
const timeType = (kind: DatabaseKind, table: string): string =>
  ({ sqlite: 'DATETIME', postgresql: 'TIMESTAMP', mysql: table.startsWith('elara_') ? 'DATETIME(6)' : 'DATETIME' })[kind];

/** Creates the tables that are missing, and stamps a new database with JupyterHub's revision. */
export async function createMissing(db: Database): Promise<void> {
  const kind = kindOf(db);
  const present = await existingTables(db);
  if (kind === 'mysql') await compareExactly(db, Object.keys(TABLES).filter((table) => present.has(table)));
  await db.transaction(async (trx) => {
    // first: where each statement stands for itself, what was broken off can be carried on
    if (!present.has('users')) await stamp(trx, present.has('alembic_version'));
    const collation = kind === 'mysql' ? await connectionCollation(trx) : undefined;
    for (const [table, columns] of Object.entries(TABLES)) {
      if (present.has(table)) continue;
      await trx.schema.createTable(table, (builder) => {
        if (collation) inMysql(builder, collation);
        columns(builder, timeType(kind, table), kind);
      });
    }
    if (!present.has('elara_audit')) await guardAudit(trx, kind);
    await createIndexes(trx);
  });
}

function inMysql(table: Knex.CreateTableBuilder, collation: string): void {
  table.engine('InnoDB');
  table.charset('utf8mb4');
  table.collate(collation);
}

/** Names of all tables. */
export async function existingTables(db: Database): Promise<Set<string>> {
  const schema = { postgresql: 'current_schema()', mysql: 'DATABASE()', sqlite: '' }[kindOf(db)];
  const rows: { name: string }[] = await db
    .select('name')
    .from(schema ? db.raw(`(SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ${schema}) t`) : 'sqlite_master');
  return new Set(rows.map((row) => row.name));
}

async function stamp(db: Database, hasTable: boolean): Promise<void> {
  if (!hasTable) await db.schema.createTable('alembic_version', (t) => t.string('version_num', 32).notNullable().primary());
  await db('alembic_version').delete();
  await db('alembic_version').insert({ version_num: SCHEMA_REVISION });
}
