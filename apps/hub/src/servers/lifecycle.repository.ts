import { Inject, Injectable } from '@nestjs/common';
import { compiled } from '../database/compiled.js';
import { DATABASE, type Database } from '../database/database.js';
import type { ServerState } from '../database/tables.js';
import { toDbTime } from '../database/values.js';
import { type Writes, writesTo } from '../database/writes.js';
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

const COLUMNS = ['state', 'owner', 'epoch', 'deadline', 'failure_code', 'failure', 'updated', 'process'] as const;

@Injectable()
export class LifecycleRepository implements LifecycleStore {
  /** Names this run of the hub in the rows it works on. */
  readonly #owner = `${process.pid}-${Date.now().toString(36)}`;
  readonly #writes: Writes;
  readonly #moveOn;
  readonly #begin;

  constructor(@Inject(DATABASE) db: Database) {
    this.#writes = writesTo(db);
    this.#moveOn = compiled([...COLUMNS, 'spawner_id', 'from'], ({ spawner_id, from, process, ...row }) =>
      db('elara_server_lifecycle').where({ spawner_id, epoch: from }).update({ ...row, process: db.raw('COALESCE(?, process)', [process]) }),
    );
    this.#begin = compiled([...COLUMNS, 'spawner_id'], (row) => db('elara_server_lifecycle').insert(row).onConflict('spawner_id').ignore());
  }

  async move(spawnerId: number, epoch: number, { to, deadline, failure, memo }: Move): Promise<boolean> {
    const row = {
      spawner_id: spawnerId,
      state: to,
      owner: deadline ? this.#owner : null,
      epoch: epoch + 1,
      deadline: deadline && toDbTime(deadline),
      failure_code: failure?.code ?? null,
      failure: failure && JSON.stringify(failure),
      updated: toDbTime(new Date()),
      process: memo === undefined ? null : JSON.stringify(memo),
    };
    const [changed] = await this.#writes.run(epoch > 0 ? this.#moveOn({ ...row, from: epoch }) : this.#begin(row));
    return changed === 1;
  }
}
