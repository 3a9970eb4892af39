import type { Database } from '../database/database.js';
import type { ServerActivityRow } from '../database/tables.js';
import { type Merge, mergeLater } from './activity-statements.js';

/** Who says that a server was in use: traffic at the proxy, the server's own report, or its start and calls with its token. */
export type ActivitySource = 'proxy' | 'report' | 'api';

/** What was heard of a server's use since the last flush; times as database text. */
export type ActivitySamples = Partial<Omit<ServerActivityRow, 'spawner_id'>>;

const TIMES = ['proxy', 'proxy_read', 'report', 'report_received', 'api'] as const;
const ROWS_PER_STATEMENT = 100;

/** The later of each time; the interval that was told last. */
export function laterSamples(known: ActivitySamples | undefined, news: ActivitySamples): ActivitySamples {
  const merged = { ...known, ...news };
  for (const time of TIMES) {
    const [before, after] = [known?.[time], news[time]];
    if (before && (!after || before > after)) merged[time] = before;
  }
  return merged;
}

/** A server that is gone by now is passed over. */
const MERGE: Merge = { table: 'elara_server_activity', key: 'spawner_id', keys: 'SELECT id FROM spawners', later: TIMES, newest: ['report_interval'] };
const COLUMNS = { spawner_id: 'number', ...Object.fromEntries(TIMES.map((time) => [time, 'time' as const])), report_interval: 'seconds' } as const;

/** Writes samples into `elara_server_activity`, as one statement for each hundred servers; what is stored never moves back. */
export async function writeSamples(trx: Database, batch: readonly [id: number, samples: ActivitySamples][]): Promise<void> {
  for (let start = 0; start < batch.length; start += ROWS_PER_STATEMENT) {
    const rows = batch.slice(start, start + ROWS_PER_STATEMENT);
    const values = rows.map(([id, samples]) => [id, ...TIMES.map((column) => samples[column] ?? null), samples.report_interval ?? null]);
    await mergeLater(trx, MERGE, { columns: COLUMNS, rows: values });
  }
}
