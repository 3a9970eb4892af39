import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { settlesWithin } from '#process';
import { serverPath } from '../config/urls.js';
import { batched } from '../database/batched.js';
import { InvalidInputError, messageOf, NotFoundError } from '../errors.js';
import { forEachBounded } from '../proxy/drivers/bounded.js';
import { logName } from '../spawners/spawn-context.js';
import type { Failure } from './failure.js';
import { PendingServers } from './pending-servers.js';
import { failedEvent, type ProgressEvent, readyEvent } from './progress.js';
import { withReadyHook } from './ready-hook.js';
import { runOf } from './server-run.js';
import { neverStarted, serverModel, type ServerModel } from './server.model.js';
import { moveServerLogs, removeServerLogs } from './server-logs.js';
import { requireNamedServers } from './server-name.js';
import type { ServerOwner, ServerRecord } from './server-record.js';
import { ServerStarts, type StartRequest } from './server-starts.js';
import { ServerTools } from './server-tools.js';
import type { StopCause } from './stop-cause.js';
import { ServersRepository } from './servers.repository.js';

const STOPS_AT_A_TIME = 20;

const log = new Logger('servers');

/** Users' servers: starting, stopping and showing them. */
@Injectable()
export class ServersService implements OnModuleDestroy {
  readonly #runningOf = batched(async (users: readonly ServerOwner[]) => {
    const models = await this.modelsFor(users, { includeStopped: false });
    return users.map(({ id }) => models.get(id)!);
  });

  constructor(
    private readonly tools: ServerTools,
    private readonly repository: ServersRepository,
    private readonly pending: PendingServers,
    private readonly starts: ServerStarts,
  ) {}

  /** Servers that are on their way stay so: the next hub goes on with them. */
  onModuleDestroy(): void {
    this.pending.release();
  }

  /** As `ServerStarts.start`. */
  start(user: ServerOwner, server: string, request: StartRequest = {}): Promise<'ready' | 'pending'> {
    return this.starts.start(user, server, request);
  }

  /**
   * Stops a server, or ends its start, and waits at most `slow_stop_timeout` for it.
   * @param remove forget it afterwards; not for the default server
   * @param cause why, to be remembered
   * @throws InvalidInputError, NotFoundError
   */
  async stop(user: ServerOwner, server: string, { remove = false, cause = { code: 'asked' } as StopCause } = {}): Promise<'stopped' | 'pending'> {
    requireNamedServers(server, this.#rules);
    const record = await this.repository.find(user.id, server);
    if (!record && server !== '') throw new NotFoundError(`${user.name} has no server named '${server}'`);
    if (remove && server === '') throw new InvalidInputError('Cannot delete the default server');
    if (!record) return 'stopped';
    const alreadyStopping = this.pending.get(record.id)?.lifecycle.state === 'stop-pending';
    // JupyterHub has a record of the default server of everybody who uses a named one
    if (server !== '' && !remove) await this.repository.create(user.id, '', '', {});
    const done = this.#stopAndForget(record, remove, cause);
    if (alreadyStopping) {
      done.catch((error: unknown) => log.error(`Cannot remove the server of ${logName(user.name, server)}: ${messageOf(error)}`));
      return 'pending';
    }
    return this.#inTime(done, logName(user.name, server));
  }

  /** Stops and deletes all servers of somebody who is about to be deleted. */
  async removeAll(user: ServerOwner): Promise<void> {
    const records = await this.repository.ofUsers([user.id], { includeStopped: true });
    await Promise.all(records.map((record) => this.pending.stopCompletely(record, { code: 'asked' })));
    await this.#forget(records);
    await removeServerLogs(this.tools.config.Elara.log_dir, [{ user, name: '' }]);
  }

  /** Lets what the servers of somebody printed follow them to their new name. */
  async ownerRenamed(user: ServerOwner, name: string): Promise<void> {
    const records = await this.repository.ofUsers([user.id], { includeStopped: true });
    const names = new Set(['', ...records.map((record) => record.name)]);
    await moveServerLogs(this.tools.config.Elara.log_dir, [...names].map((server) => ({ user, name: server })), name);
  }

  /** The row of a server, which the default server gets when it has none; undefined for a named server that is not there. */
  async idOf(user: ServerOwner, server: string): Promise<number | undefined> {
    if (server === '') await this.repository.create(user.id, '', '', {});
    return (await this.repository.find(user.id, server))?.id;
  }

  /**
   * Stops every server that runs or is being started.
   * @returns how many were left when time was up
   */
  async stopAll(timeoutSeconds: number): Promise<number> {
    let left = 0;
    const stopOne = async (record: ServerRecord) => {
      left += 1;
      await this.pending.stopCompletely(record, { code: 'hub' });
      left -= 1;
    };
    const { unrecorded } = this.pending;
    const all = forEachBounded([...(await this.repository.active()), ...unrecorded], STOPS_AT_A_TIME, stopOne);
    await settlesWithin(all, timeoutSeconds * 1000);
    return left;
  }

  /**
   * The events of a start, from its first to its last; ends early when `signal` is aborted.
   * @throws NotFoundError when nothing was started; InvalidInputError when it is stopping. Both before the first event.
   */
  async *progress(user: ServerOwner, server: string, signal: AbortSignal): AsyncGenerator<ProgressEvent> {
    const record = await this.repository.find(user.id, server);
    const pending = record && this.pending.get(record.id);
    if (pending?.wanted) yield* withReadyHook(pending.run, pending.run.progress.follow(signal));
    else if (record?.state === 'ready') yield* withReadyHook(runOf(this.tools, record), [readyEvent(serverPath(this.tools.urls.baseUrl, user.name, server))]);
    else if (record?.failure) yield failedEvent(record.failure);
    else if (!record || record.state === 'stopped') throw new NotFoundError('Not Found');
    else throw new InvalidInputError(`${logName(user.name, server)} is not starting...`);
  }

  /** The servers of these people by user id, complete, those that are stopped only when asked for; in one query. */
  async modelsFor(users: readonly ServerOwner[], { includeStopped }: { includeStopped: boolean }): Promise<Map<number, ServerModel[]>> {
    const models = new Map<number, ServerModel[]>(users.map(({ id }) => [id, []]));
    const records = await this.repository.ofUsers([...models.keys()], { includeStopped });
    for (const record of records) addModel(models.get(record.user.id)!, this.#model(record));
    if (includeStopped) for (const user of users) addDefault(models.get(user.id)!, this.#model(neverStarted(user)));
    return models;
  }

  /** The same of one person. */
  async modelsOf(user: ServerOwner, { includeStopped }: { includeStopped: boolean }): Promise<ServerModel[]> {
    return includeStopped ? (await this.modelsFor([user], { includeStopped })).get(user.id)! : this.#runningOf(user);
  }

  /** Everybody has a default server; a named one is undefined until it is made. */
  async one(user: ServerOwner, server: string): Promise<ServerModel | undefined> {
    const record = await this.repository.find(user.id, server);
    if (record) return this.#model(record);
    return server === '' ? this.#model(neverStarted(user)) : undefined;
  }

  /** Why the last start failed; undefined when it did not. */
  async failureOf(user: ServerOwner, server: string): Promise<Failure | undefined> {
    return (await this.repository.find(user.id, server))?.failure ?? undefined;
  }

  get #rules() {
    return this.tools.config.JupyterHub;
  }

  async #stopAndForget(record: ServerRecord, remove: boolean, cause: StopCause): Promise<void> {
    await this.pending.stopCompletely(record, cause);
    if (remove) await this.#forget([record]);
  }

  async #forget(records: readonly ServerRecord[]): Promise<void> {
    await this.repository.delete(records.map(({ id }) => id));
    await removeServerLogs(this.tools.config.Elara.log_dir, records);
    // a server of the same name is another server: nobody may still hold what was shared of this one
    this.tools.cache.bump();
    for (const record of records) this.tools.tell(record, { change: 'removed' });
  }

  async #inTime(done: Promise<void>, name: string): Promise<'stopped' | 'pending'> {
    const seconds = this.#rules.tornado_settings.slow_stop_timeout;
    if (await settlesWithin(done, seconds * 1000)) return 'stopped';
    log.warn(`User ${name} server is slow to stop (timeout=${seconds})`);
    done.catch((error: unknown) => log.error(`Cannot stop the server of ${name}: ${messageOf(error)}`));
    return 'pending';
  }

  #model(record: ServerRecord): ServerModel {
    const queue = this.pending.get(record.id)?.run.ticket?.place();
    const lastActivity = this.tools.activity.latest('spawners', record.id, record.lastActivity);
    return serverModel(record, this.tools.urls, { lastActivity, ...(queue && { queue }) });
  }
}

/** The default server comes first. */
function addModel(models: ServerModel[], model: ServerModel): void {
  if (model.name === '') models.unshift(model);
  else models.push(model);
}

function addDefault(models: ServerModel[], never: ServerModel): void {
  if (models[0]?.name !== '') models.unshift(never);
}
