import type { Database } from './database.js';

export type DatabaseKind = 'sqlite' | 'postgresql';

const KINDS: Readonly<Record<string, DatabaseKind>> = { sqlite3: 'sqlite', pg: 'postgresql' };

/** Which database this is, for statements that each of them wants in words of its own. */
export const kindOf = (db: Database): DatabaseKind => KINDS[db.client.config.client as string]!;

/** How each database calls a time. */
export const TIME_TYPES: Readonly<Record<DatabaseKind, string>> = { sqlite: 'DATETIME', postgresql: 'TIMESTAMP' };
