import { Logger } from '@nestjs/common';
import type { Database } from './database.js';

const log = new Logger('database');

/** The foreign keys that are texts: both ends have to be compared in the same way at any moment. */
const TEXT_KEYS = [
  { table: 'spawners', column: 'oauth_client_id', onDelete: 'SET NULL' },
  { table: 'services', column: 'oauth_client_id', onDelete: 'SET NULL' },
  { table: 'api_tokens', column: 'client_id', onDelete: 'CASCADE' },
  { table: 'oauth_codes', column: 'client_id', onDelete: 'CASCADE' },
] as const;

type Key = (typeof TEXT_KEYS)[number];

/** How texts are compared on this connection; see mysql-session.ts. */
export async function connectionCollation(db: Database): Promise<string> {
  const { collation } = (await db.select(db.raw('@@collation_connection AS collation')).first()) as { collation: string };
  return collation;
}

/**
 * Has tables compare names exactly. JupyterHub makes them with the server's collation, by which 'Ada', 'ada' and 'adä' may be one name:
 * whoever got that name from somewhere would be somebody else. JupyterHub itself does not mind the difference. What was broken off is
 * carried on by the next call.
 * @param tables those of the hub that are there
 */
export async function compareExactly(db: Database, tables: readonly string[]): Promise<void> {
  const collation = await connectionCollation(db);
  const [inexact, names] = [await inexactTables(db, tables, collation), await keyNames(db)];
  const keys = TEXT_KEYS.filter(({ table }) => tables.includes(table) && tables.includes('oauth_clients'));
  if (inexact.length === 0 && keys.every((key) => names.has(idOf(key)))) return;
  log.log(`Names in ${inexact.length} tables are compared exactly from now on (${collation})`);
  await db.transaction(async (trx) => {
    await trx.raw('SET SESSION foreign_key_checks = 0');
    try {
      for (const key of keys) if (names.has(idOf(key))) await trx.raw('ALTER TABLE ?? DROP FOREIGN KEY ??', [key.table, names.get(idOf(key))!]);
      for (const table of inexact) await trx.raw(`ALTER TABLE ?? CONVERT TO CHARACTER SET utf8mb4 COLLATE ${collation}`, [table]);
      for (const key of keys) await addKey(trx, key);
    } finally {
      await trx.raw('SET SESSION foreign_key_checks = 1');
    }
  });
}

async function inexactTables(db: Database, tables: readonly string[], collation: string): Promise<string[]> {
  return db
    .from('information_schema.tables')
    .where('table_schema', db.raw('DATABASE()'))
    .whereIn('table_name', [...tables])
    .whereNot('table_collation', collation)
    .pluck('table_name');
}

const idOf = ({ table, column }: { table: string; column: string }): string => `${table}.${column}`;

/** What the constraints of columns that refer to an OAuth client are called. */
async function keyNames(db: Database): Promise<Map<string, string>> {
  const rows: { table: string; column: string; name: string }[] = await db
    .from('information_schema.key_column_usage')
    .where('table_schema', db.raw('DATABASE()'))
    .where('referenced_table_name', 'oauth_clients')
    .select('table_name as table', 'column_name as column', 'constraint_name as name');
  return new Map(rows.map((row) => [idOf(row), row.name]));
}

async function addKey(db: Database, { table, column, onDelete }: Key): Promise<void> {
  const name = `fk_${table}_${column}_oauth_clients`;
  await db.raw(`ALTER TABLE ?? ADD CONSTRAINT ?? FOREIGN KEY (??) REFERENCES oauth_clients (identifier) ON DELETE ${onDelete}`, [table, name, column]);
}
