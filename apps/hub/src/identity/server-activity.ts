import type { Database } from '../database/database.js';
import type { ServerActivityRow } from '../database/tables.js';

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

/** Writes samples into `elara_server_activity`, as one statement for each hundred servers; what is stored never moves back. */
export async function writeSamples(trx: Database, batch: readonly [id: number, samples: ActivitySamples][]): Promise<void> {
  const time = trx.client.config.client === 'pg' ? 'TIMESTAMP' : 'TEXT';
  const casts = ['CAST(? AS INTEGER)', ...TIMES.map(() => `CAST(? AS ${time})`), 'CAST(? AS REAL)'].join(', ');
  for (let start = 0; start < batch.length; start += ROWS_PER_STATEMENT) {
    const rows = batch.slice(start, start + ROWS_PER_STATEMENT);
    const values = rows.flatMap(([id, samples]) => [id, ...TIMES.map((column) => samples[column] ?? null), samples.report_interval ?? null]);
    await trx.raw(upsert(rows.map(() => `(${casts})`).join(', ')), values as string[]);
  }
}

/** A server that is gone by now is passed over. */
function upsert(values: string): string {
  const columns = ['spawner_id', ...TIMES, 'report_interval'].join(', ');
  const later = TIMES.map((time) => `${time} = CASE WHEN a.${time} IS NULL OR excluded.${time} > a.${time} THEN excluded.${time} ELSE a.${time} END`);
  return (
    `WITH fresh(${columns}) AS (VALUES ${values}) INSERT INTO elara_server_activity AS a (${columns}) ` +
    `SELECT ${columns} FROM fresh WHERE spawner_id IN (SELECT id FROM spawners) ` +
    `ON CONFLICT (spawner_id) DO UPDATE SET ${later.join(', ')}, report_interval = COALESCE(excluded.report_interval, a.report_interval)`
  );
}
