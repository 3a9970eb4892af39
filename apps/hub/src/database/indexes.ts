import type { Database } from './database.js';
import { kindOf } from './dialect.js';

interface Index {
  name: string;
  table: string;
  columns: string;
  /** The few rows that are looked for by it. */
  where?: string;
  /** What takes the place of `columns` on MySQL, which has an entry for every row. */
  columnsOfAll?: string;
}

const INDEXES: readonly Index[] = [
  // who was active lately is counted every minute
  { name: 'elara_users_last_activity', table: 'users', columns: 'last_activity' },
  { name: 'elara_failed_servers', table: 'elara_server_lifecycle', columns: 'spawner_id', where: 'failure_code IS NOT NULL', columnsOfAll: 'failure_code, spawner_id' },
  // denials are few
  { name: 'elara_audit_denied', table: 'elara_audit', columns: 'at, id', where: 'denied', columnsOfAll: 'denied, at, id' },
];

/** Creates the indexes that the query builder has no word for, unless they are there. */
export async function createIndexes(db: Database): Promise<void> {
  const isMysql = kindOf(db) === 'mysql';
  const present = isMysql ? await mysqlIndexes(db) : new Set<string>();
  for (const { name, table, columns, where, columnsOfAll } of INDEXES) {
    if (!isMysql) await db.raw(`CREATE INDEX IF NOT EXISTS ${name} ON ${table} (${columns})${where ? ` WHERE ${where}` : ''}`);
    else if (!present.has(name)) await db.raw(`CREATE INDEX ${name} ON ${table} (${columnsOfAll ?? columns})`);
  }
}

async function mysqlIndexes(db: Database): Promise<Set<string>> {
  const rows: { name: string }[] = await db
    .from('information_schema.statistics')
    .where('table_schema', db.raw('DATABASE()'))
    .select('index_name as name');
  return new Set(rows.map(({ name }) => name));
}
