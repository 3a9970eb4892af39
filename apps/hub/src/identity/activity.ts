import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, type Database } from '../database/database.js';
import { toDbTime } from '../database/values.js';
import { updateLatest } from './activity-statements.js';
import { type ActivitySamples, type ActivitySource, laterSamples, writeSamples } from './server-activity.js';

export type ActivityKind = 'users' | 'spawners' | 'api_tokens';

const KINDS: readonly ActivityKind[] = ['users', 'spawners', 'api_tokens'];
const ROWS_PER_STATEMENT = 400;
/** Beyond it all are forgotten; a cached row then shows a time that is a little old until its identity is loaded anew. */
const MOST_REMEMBERED = 100_000;

/**
 * `last_activity` of users, servers and tokens, and who said so of servers: collected in memory and written once a second in one
 * transaction, so that thousands of reports cost a handful of writes. What is stored never moves back.
 */
@Injectable()
export class Activity {
  readonly #pending = emptyBatch();
  readonly #samples = new Map<number, ActivitySamples>();
  /** What was written last, for callers whose rows are cached. */
  readonly #written = emptyBatch();

  constructor(@Inject(DATABASE) private readonly db: Database) {}

  /** @param when a moment, or its database text where microseconds matter */
  record(kind: ActivityKind, id: number, when: Date | string): void {
    const at = asText(when);
    const known = this.#pending[kind].get(id);
    if (known === undefined || known < at) this.#pending[kind].set(id, at);
  }

  /**
   * Notes what a source says of a server's use; calls with its token leave `last_activity` alone, as in JupyterHub.
   * @param when it was last in use; null: never, as far as the source knows
   * @param heard when the source said so
   */
  sawServer(id: number, source: ActivitySource, when: Date | string | null, heard = new Date()): void {
    if (source !== 'api' && when !== null) this.record('spawners', id, when);
    const at = when === null ? null : asText(when);
    if (source === 'proxy') this.#note(id, { proxy: at, proxy_read: toDbTime(heard) });
    else if (source === 'report') this.#note(id, { report: at, report_received: toDbTime(heard) });
    else this.#note(id, { api: at });
  }

  /** @param reportInterval seconds between two reports of this server */
  startedServer(id: number, at: Date, reportInterval: number): void {
    this.#note(id, { api: toDbTime(at), report_interval: reportInterval });
  }

  /** The latest of what the caller has read, what was written since, and what is still to be written; database text, as stored. */
  latest(kind: ActivityKind, id: number, stored: string | null): string | null {
    const known = this.#pending[kind].get(id) ?? this.#written[kind].get(id);
    return known !== undefined && (stored === null || stored < known) ? known : stored;
  }

  /** What is stored of a server's use, with what is still to be written. */
  samplesOf(id: number, stored: ActivitySamples): ActivitySamples {
    return laterSamples(stored, this.#samples.get(id) ?? {});
  }

  /** Writes what has been collected. On failure nothing is lost: the next flush tries again. */
  async flush(): Promise<void> {
    const batch = KINDS.map((kind) => ({ kind, rows: [...this.#pending[kind]] })).filter(({ rows }) => rows.length > 0);
    const samples = [...this.#samples];
    if (batch.length === 0 && samples.length === 0) return;
    await this.db.transaction(async (trx) => {
      for (const { kind, rows } of batch) await writeLatest(trx, kind, rows);
      await writeSamples(trx, samples);
    });
    for (const { kind, rows } of batch) this.#settle(kind, rows);
    for (const [id, written] of samples) if (this.#samples.get(id) === written) this.#samples.delete(id);
  }

  #note(id: number, news: ActivitySamples): void {
    this.#samples.set(id, laterSamples(this.#samples.get(id), news));
  }

  #settle(kind: ActivityKind, written: [id: number, at: string][]): void {
    const pending = this.#pending[kind];
    if (this.#written[kind].size > MOST_REMEMBERED) this.#written[kind].clear();
    for (const [id, at] of written) {
      this.#written[kind].set(id, at);
      if (pending.get(id) === at) pending.delete(id);
    }
  }
}

const asText = (when: Date | string): string => (typeof when === 'string' ? when : toDbTime(when));

const emptyBatch = (): Record<ActivityKind, Map<number, string>> => ({ users: new Map(), spawners: new Map(), api_tokens: new Map() });

async function writeLatest(trx: Database, table: ActivityKind, rows: [id: number, at: string][]): Promise<void> {
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) await updateLatest(trx, table, rows.slice(start, start + ROWS_PER_STATEMENT));
}
