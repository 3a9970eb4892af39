import { Injectable, Logger } from '@nestjs/common';
import { settlesWithin } from '#process';
import type { HookHandler } from '../config/hooks/objects.js';
import { ConflictError, InvalidInputError, LimitReachedError, messageOf } from '../errors.js';
import { logName } from '../spawners/spawn-context.js';
import { pollInTime } from './driver-calls.js';
import { errorFrom } from './failure.js';
import { namedServerLimit } from './named-server-limit.js';
import { PendingServers } from './pending-servers.js';
import { OutdatedError, type ServerLifecycle } from './server-lifecycle.js';
import { checkedDisplayName, requireNamedServers, requireNewServerName, requireStartableName } from './server-name.js';
import { handleOf, type ServerOwner, type ServerRecord } from './server-record.js';
import { ServerTools } from './server-tools.js';
import { neverStarted } from './server.model.js';
import { ServersRepository } from './servers.repository.js';
import { requireRoom } from './spawn-limits.js';
import { noteRefusal } from './spawn-metrics.js';
import { type SpawnPlan, spawnPlan } from './spawn-plan.js';

export interface StartRequest {
  /** The request that asks for it, as functions of the config see it. */
  handler?: HookHandler;
  /** null: those of the previous start. */
  options?: Record<string, unknown> | null;
  displayName?: string;
}

const TRIES = 3;

const log = new Logger('servers');

/** What happens when somebody asks for a server: checks, limits, and the wait for it. */
@Injectable()
export class ServerStarts {
  constructor(
    private readonly tools: ServerTools,
    private readonly repository: ServersRepository,
    private readonly pending: PendingServers,
  ) {}

  /**
   * Starts a server, and waits at most `slow_spawn_timeout` for it; a server that is being started already is waited for no more.
   * @throws InvalidInputError, LimitReachedError when it may not be started; SpawnError when it cannot; NotAllowedError when their login has expired; ConflictError when it was cancelled
   */
  async start(user: ServerOwner, server: string, request: StartRequest): Promise<'ready' | 'pending'> {
    requireNamedServers(server, this.#rules);
    await this.tools.freshness.requireForStart(user);
    for (let tried = 1; ; tried += 1) {
      try {
        return await this.#start(user, server, request);
      } catch (error) {
        if (!(error instanceof OutdatedError) || tried === TRIES) throw error;
      }
    }
  }

  get #rules() {
    return this.tools.config.JupyterHub;
  }

  async #start(user: ServerOwner, server: string, request: StartRequest): Promise<'ready' | 'pending'> {
    const { options = null, displayName, handler } = request;
    const found = await this.repository.find(user.id, server);
    if (found && found.state !== 'stopped') {
      const state = await this.#present(found);
      if (state === 'pending') return state;
      return this.#start(user, server, request);
    }
    if (found) requireStartableName(server, this.#rules);
    else if (server) await this.#requireNewName(user, server, handler);
    const shownAs = displayName === undefined ? undefined : checkedDisplayName(displayName);
    const plan = await spawnPlan(this.tools, found ?? neverStarted(user), options, handler);
    const active = this.#rules.active_server_limit > 0 ? this.pending.unrecorded.length + (await this.repository.countActive()) : 0;
    this.#requireRoom(active, logName(user.name, server));
    const record = found ?? (await this.#created(user, server, shownAs));
    if (shownAs !== undefined && shownAs !== record.displayName) await this.repository.update(record.id, { displayName: shownAs });
    // making the record took a moment in which others may have come
    this.#requireRoom(active, logName(user.name, server));
    return this.#begin(record, plan);
  }

  async #requireNewName(user: ServerOwner, server: string, handler: HookHandler | undefined): Promise<void> {
    const limit = await namedServerLimit(this.#rules, handler);
    requireNewServerName(user.name, server, await this.repository.countNamed(user.id), limit);
  }

  /** What to answer about a server that is not stopped. @returns 'dead' when it turned out not to run, and is cleaned up */
  async #present(record: ServerRecord): Promise<'pending' | 'dead'> {
    const name = logName(record.user.name, record.name);
    const pending = this.pending.get(record.id);
    if (pending || record.state !== 'ready') noteRefusal('already-pending');
    if (pending?.wanted && pending.lifecycle.state !== 'stop-pending') return 'pending';
    if (pending || record.state === 'stop-pending') throw new InvalidInputError(`${name} is pending stop`);
    if (record.state === 'queued' || record.state === 'spawn-pending') return 'pending';
    if ((await pollInTime(this.tools.spawner, handleOf(record))) === null) throw new InvalidInputError(`${name} is already running`);
    await this.pending.stopCompletely(record, { code: 'exited' });
    return 'dead';
  }

  #requireRoom(active: number, name: string): void {
    const { starting, waiting, waitSeconds } = this.pending.queue;
    const { spawn_queue_limit } = this.tools.config.Elara;
    const { spawn_throttle_retry_range: retryRange } = this.#rules.tornado_settings;
    try {
      requireRoom({ starting, waiting, waitSeconds, active }, { ...this.#rules, spawn_queue_limit, retryRange });
    } catch (error) {
      noteRefusal(error instanceof LimitReachedError && error.retryAfterSeconds !== undefined ? 'throttled' : 'too-many-users');
      log.warn(`${starting} pending spawns, ${waiting} waiting, ${active} servers active, no space for ${name}: ${messageOf(error)}`);
      throw error;
    }
  }

  async #created(user: ServerOwner, server: string, displayName = server): Promise<ServerRecord> {
    await this.repository.create(user.id, server, displayName);
    const record = await this.repository.find(user.id, server);
    if (!record) throw new OutdatedError(`cannot start the server of ${logName(user.name, server)}: because it was removed just now`);
    return record;
  }

  async #begin(record: ServerRecord, plan: SpawnPlan): Promise<'ready' | 'pending'> {
    if (this.pending.get(record.id)) throw new OutdatedError(`cannot start the server of ${record.user.name}: because another request has just done it`);
    const server = this.pending.start(record, plan);
    const seconds = this.#rules.tornado_settings.slow_spawn_timeout;
    if (!(await settlesWithin(server.settled, seconds * 1000))) {
      log.warn(`User ${server.run.logName} is slow to start (timeout=${seconds})`);
      return 'pending';
    }
    const { failure } = server.lifecycle;
    if (failure?.code === 'cancelled') throw new ConflictError(failure.message);
    if (failure) throw refusalIn(server.lifecycle) ?? errorFrom(failure);
    return 'ready';
  }
}

/** What a function of the config says to the person who asked: an answer of its own kind, and not a start that went wrong. */
const refusalIn = ({ error, failure }: ServerLifecycle): unknown => (failure?.code === 'options' || failure?.code === 'refused' ? error : undefined);
