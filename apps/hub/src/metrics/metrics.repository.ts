import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, type Database } from '../database/database.js';
import { toDbTime } from '../database/values.js';

export interface Counts {
  users: number;
  /** Users active since each of the moments asked for, in their order. */
  active: number[];
  /** Servers that run, without those that start or stop. */
  running: number;
}

/** What the database returns for counts: text where they are 64 bits wide, null where there is nothing to add up. */
type Row = Record<string, number | string | null> | undefined;

/** Counting queries: two, whatever there is to count. */
@Injectable()
export class MetricsRepository {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  /** @param since moments */
  async count(since: readonly Date[]): Promise<Counts> {
    const [users, running] = await Promise.all([this.#users(since), this.running()]);
    return {
      users: Number(users?.users),
      active: since.map((_, index) => Number(users?.[`active${index}`] ?? 0)),
      running,
    };
  }

  /** People who were active since a moment; by an index. */
  async activeSince(moment: Date): Promise<number> {
    const row: Row = await this.db.from('users').count('* as active').where('last_activity', '>=', toDbTime(moment)).first();
    return Number(row?.active);
  }

  /** Servers that run, without those that start or stop. */
  async running(): Promise<number> {
    return Number((await this.#runningServers())?.running);
  }

  async #users(since: readonly Date[]): Promise<Row> {
    const activeSince = (moment: Date, index: number) =>
      this.db.raw('SUM(CASE WHEN last_activity >= ? THEN 1 ELSE 0 END) AS ??', [toDbTime(moment), `active${index}`]);
    return this.db.from('users').select(this.db.raw('COUNT(*) AS users'), ...since.map(activeSince)).first();
  }

  async #runningServers(): Promise<Row> {
    const pending = this.db('elara_server_lifecycle').select('spawner_id').whereIn('state', ['queued', 'spawn-pending', 'stop-pending']);
    return this.db.from('spawners').select(this.db.raw('COUNT(*) AS running')).whereNotNull('server_id').whereNotIn('id', pending).first();
  }
}
