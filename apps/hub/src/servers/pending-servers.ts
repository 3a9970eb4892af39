import { Injectable, Logger } from '@nestjs/common';
import { fromDbTime } from '../database/values.js';
import { messageOf } from '../errors.js';
import { traitsOfClass } from '../spawners/spawner-class.js';
import { logName } from '../spawners/spawn-context.js';
import { type Failure, failureFrom } from './failure.js';
import { LifecycleRepository } from './lifecycle.repository.js';
import { failedEvent, Progress, readyEvent } from './progress.js';
import { OutdatedError, ServerLifecycle } from './server-lifecycle.js';
import type { ServerRecord } from './server-record.js';
import { newRun, type ServerRun } from './server-run.js';
import { serverSteps } from './server-steps.js';
import { ServerTools } from './server-tools.js';
import { noteSpawn } from './spawn-metrics.js';
import { type QueuePlace, SpawnQueue, type Ticket } from './spawn-queue.js';
import { plainPlan, type SpawnPlan } from './spawn-plan.js';
import type { StopCause } from './stop-cause.js';

/** A server that this hub is bringing up or taking down right now. */
export interface PendingServer {
  lifecycle: ServerLifecycle;
  run: ServerRun;
  /** On its way up, as far as that has been asked for. */
  wanted: boolean;
  /**
   * Ends when it is ready, or stopped and cleaned up; `lifecycle.failure` tells why.
   * Rejects with OutdatedError when the record was out of date and nothing happened, and with what the database threw.
   */
  settled: Promise<void>;
}

const TRIES = 3;

const log = new Logger('servers');

/** The servers between two states: all that the hub keeps of servers in memory. */
@Injectable()
export class PendingServers {
  /** Told of the end of every process that was brought up here. */
  onEnd: (record: ServerRecord, status: number) => void = () => undefined;
  /** Who starts when. */
  readonly queue: SpawnQueue;
  readonly #pending = new Map<number, PendingServer>();
  #failuresInARow = 0;

  constructor(
    private readonly tools: ServerTools,
    private readonly store: LifecycleRepository,
  ) {
    this.queue = new SpawnQueue(() => tools.config.JupyterHub.concurrent_spawn_limit);
  }

  get(id: number): PendingServer | undefined {
    return this.#pending.get(id);
  }

  /** Those of these that the database does not know of yet. */
  get unrecorded(): ServerRecord[] {
    return [...this.#pending.values()].filter(({ lifecycle }) => lifecycle.state === 'stopped').map(({ run }) => run.record);
  }

  start(record: ServerRecord, plan: SpawnPlan): PendingServer {
    return this.#add(record, plan, { wanted: true, resumed: false }, (lifecycle) => lifecycle.start());
  }

  /** Gives a server its place that runs although its row says that it is stopped. */
  adopt(record: ServerRecord, found: NonNullable<ServerRun['found']>): PendingServer {
    const plan = plainPlan(this.tools.config, record);
    return this.#add(record, plan, { wanted: true, resumed: false, found }, (lifecycle) => lifecycle.start());
  }

  stop(record: ServerRecord, plan: SpawnPlan): PendingServer {
    return this.#add(record, plan, { wanted: false, resumed: false }, (lifecycle) => lifecycle.stop());
  }

  /** Goes on with what an earlier hub had begun. */
  resume(record: ServerRecord, plan: SpawnPlan): PendingServer {
    const wanted = record.state === 'queued' || record.state === 'spawn-pending';
    return this.#add(record, plan, { wanted, resumed: record.state !== 'queued' }, (lifecycle) => lifecycle.resume());
  }

  /**
   * Resolves once it is stopped and cleaned up, whatever state it is in now.
   * @param cause remembered, if it runs and nobody stops it yet
   */
  async stopCompletely(record: ServerRecord, cause: StopCause): Promise<void> {
    const isFirst = record.state === 'ready' && !this.get(record.id);
    for (let current: ServerRecord | undefined = record, tried = 1; current && this.#isUp(current); tried += 1) {
      const server = this.#stopping(current);
      const noted = isFirst && tried === 1 ? this.#note(record, cause) : undefined;
      try {
        await Promise.all([server.settled, noted]);
        if (server.lifecycle.state === 'stopped') return;
      } catch (error) {
        if (!(error instanceof OutdatedError) || tried === TRIES) throw error;
      }
      current = await this.tools.repository.find(current.user.id, current.name);
    }
  }

  /** A stop goes on without its cause, if that cannot be written. */
  async #note(record: ServerRecord, cause: StopCause): Promise<void> {
    await this.tools.repository.noteStop(record, cause).catch((error: unknown) => {
      log.warn(`Cannot remember why the server of ${logName(record.user.name, record.name)} was stopped: ${messageOf(error)}`);
    });
  }

  #isUp({ id, state }: ServerRecord): boolean {
    return state !== 'stopped' || this.#pending.has(id);
  }

  /** The way down that is under way, or a new one. */
  #stopping(record: ServerRecord): PendingServer {
    const pending = this.get(record.id);
    if (pending?.wanted && pending.lifecycle.state !== 'stop-pending') {
      log.warn(`Interrupting spawner ${pending.run.logName}, pending spawn`);
      pending.lifecycle.cancel();
    }
    const plan = plainPlan(this.tools.config, record);
    return pending ?? (record.state === 'ready' ? this.stop(record, plan) : this.resume({ ...record, state: 'stop-pending' }, plan));
  }

  /** Lets go of all without touching them: the next hub goes on with them. */
  release(): void {
    for (const { lifecycle } of this.#pending.values()) lifecycle.release();
  }

  #add(
    record: ServerRecord,
    plan: SpawnPlan,
    { wanted, ...how }: { wanted: boolean } & Pick<ServerRun, 'resumed' | 'found'>,
    work: (lifecycle: ServerLifecycle) => Promise<void>,
  ): PendingServer {
    const run = newRun(this.tools, record, { ...plan, progress: new Progress(), ...how });
    if (wanted) run.ticket = this.#joinQueue(run);
    const lifecycle = new ServerLifecycle({ ...record, logName: run.logName }, this.store, serverSteps(run));
    const server: PendingServer = { lifecycle, run, wanted, settled: Promise.resolve() };
    this.#pending.set(record.id, server);
    server.settled = work(lifecycle).finally(() => {
      this.#pending.delete(record.id);
      run.ticket?.leave();
    });
    server.settled.then(
      () => this.#settle(server),
      (error: unknown) => reject(server, error),
    );
    return server;
  }

  #joinQueue({ record, resumed, found, progress }: ServerRun): Ticket {
    const since = record.state === 'queued' ? fromDbTime(record.since)?.getTime() : undefined;
    const moved = (queue: QueuePlace) => {
      progress.moved(queue);
      this.tools.tell(record, { change: 'changed', state: 'queued', queue });
    };
    return this.queue.join({ userId: record.user.id, since: since ?? Date.now(), begun: resumed || found !== undefined, moved });
  }

  #settle({ lifecycle, run, wanted }: PendingServer): void {
    if (wanted) {
      noteSpawn(run, lifecycle.failure);
      this.#count(lifecycle.failure);
    }
    if (lifecycle.state !== 'ready') return;
    run.progress.end(readyEvent(run.prefix));
    void run.running?.ended().then((status) => this.onEnd(run.record, status));
  }

  /** JupyterHub exits after so many failures; here it is for the operator to decide. */
  #count(failure: Failure | null): void {
    if (failure?.code === 'cancelled') return;
    this.#failuresInARow = failure ? this.#failuresInARow + 1 : 0;
    const limit = traitsOfClass(this.tools.config).consecutive_failure_limit;
    if (limit > 0 && this.#failuresInARow >= limit) log.fatal(`${this.#failuresInARow} consecutive spawns failed. The hub goes on, but something is wrong`);
  }
}

function reject({ run, wanted }: PendingServer, error: unknown): void {
  const failure = failureFrom(error);
  run.progress.end(failedEvent(failure));
  if (error instanceof OutdatedError) return;
  if (wanted) noteSpawn(run, failure);
  log.error(`Cannot go on with the server of ${run.logName}: ${messageOf(error)}`);
}
