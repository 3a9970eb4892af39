import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, type Database } from '../database/database.js';
import type { Sample } from './sample.js';

/** The table `elara_history`: a row for each minute. */
@Injectable()
export class HistoryRepository {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  /** @param from Unix time in seconds; the oldest sample comes first */
  async since(from: number): Promise<Sample[]> {
    return this.db('elara_history').where('at', '>=', from).orderBy('at');
  }

  /** Keeps a sample, and none that is older than `oldest`. */
  async add(sample: Sample, oldest: number): Promise<void> {
    await this.db.transaction(async (trx) => {
      await trx('elara_history').insert(sample).onConflict('at').merge();
      await trx('elara_history').where('at', '<', oldest).delete();
    });
  }
}
