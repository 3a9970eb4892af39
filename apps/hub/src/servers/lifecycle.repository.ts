import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, type Database } from '../database/database.js';
import { isDuplicate } from '../database/outages.js';
import type { ServerState } from '../database/tables.js';
import { toDbTime } from '../database/values.js';
import type { Failure } from './failure.js';

export interface Move {
  to: ServerState;
  /** When a pending state has to have ended. */
  deadline: Date | null;
  failure: Failure | null;
  /** How the driver finds the process again; undefined leaves what is there. */
  memo?: unknown;
}

/** The states of servers, written with compare-and-set: who holds an old epoch changes nothing. */
export interface LifecycleStore {
  /** Moves a server on, if it is still at this epoch (0: it has no row yet); tells whether it was. */
  move(spawnerId: number, epoch: number, move: Move): Promise<boolean>;
}

@Injectable()
export class LifecycleRepository implements LifecycleStore {
  /** Names this run of the hub in the rows it works on. */
  readonly #owner = `${process.pid}-${Date.now().toString(36)}`;

  constructor(@Inject(DATABASE) private readonly db: Database) {}

  async move(spawnerId: number, epoch: number, { to, deadline, failure, memo }: Move): Promise<boolean> {
    const row = {
      state: to,
      owner: deadline ? this.#owner : null,
      epoch: epoch + 1,
      deadline: deadline && toDbTime(deadline),
      failure_code: failure?.code ?? null,
      failure: failure && JSON.stringify(failure),
      updated: toDbTime(new Date()),
      ...(memo !== undefined && { process: JSON.stringify(memo) }),
    };
    if (epoch > 0) return (await this.db('elara_server_lifecycle').where({ spawner_id: spawnerId, epoch }).update(row)) === 1;
    try {
      await this.db('elara_server_lifecycle').insert({ ...row, spawner_id: spawnerId });
      return true;
    } catch (error) {
      if (isDuplicate(error)) return false;
      throw error;
    }
  }
}
