import { Injectable, Logger } from '@nestjs/common';
import { rotateLog } from '#process';
import { isListed } from '../authenticators/account-names.js';
import { authenticatorTraits } from '../authenticators/allowed.js';
import { serverPath } from '../config/urls.js';
import { fromDbTime } from '../database/values.js';
import { messageOf } from '../errors.js';
import { pollStatus, serverPollDuration } from '../metrics.js';
import { forEachBounded } from '../proxy/drivers/bounded.js';
import type { Route } from '../proxy/drivers/proxy-driver.js';
import type { WantedRoute } from '../proxy/route-changes.js';
import { traitsOfClass } from '../spawners/spawner-class.js';
import { logName } from '../spawners/spawn-context.js';
import { serverMarks } from '../spawners/spawner-env.js';
import { serverLogFile } from '../spawners/server-log.js';
import { adoptInTime, pollInTime } from './driver-calls.js';
import { PendingServers } from './pending-servers.js';
import { handleOf, type ServerRecord } from './server-record.js';
import { routeOf } from './server-run.js';
import { ServerTools } from './server-tools.js';
import { plainPlan, spawnPlan } from './spawn-plan.js';

const AT_A_TIME = 20;

const log = new Logger('servers');
const nameOf = ({ user, name }: ServerRecord): string => logName(user.name, name);

/** Keeps the rows true: what runs, what died, and what an earlier hub left half done. */
@Injectable()
export class ServerWatch {
  constructor(
    private readonly tools: ServerTools,
    private readonly pending: PendingServers,
  ) {
    pending.onEnd = (record, status) => this.#noticeEnd(record, status);
    tools.proxy.addSource('servers', () => this.routes());
  }

  /** The routes of all servers; those between two states are for their own steps to set. */
  async routes(): Promise<WantedRoute[]> {
    const records = await this.tools.repository.active();
    return records.map((record) => {
      const { user, name, state, address } = record;
      const prefix = serverPath(this.tools.urls.baseUrl, user.name, name);
      const route = routeOf(user.name, name, prefix, address ?? { proto: 'http', ip: '', port: 0 });
      return { ...route, pending: state !== 'ready' || address === null };
    });
  }

  /**
   * Goes through what an earlier hub left: running servers are taken over or cleaned up, starts are carried on, stops are finished.
   * Resolves when all have been seen to; call it before the first check of the routes, and put a limit to the wait.
   */
  async resumeServers(): Promise<void> {
    await this.tools.repository.sweep();
    const records = await this.tools.repository.active();
    if (records.length > 0) log.log(`Checking ${records.length} servers that were running before`);
    await forEachBounded(queuedLast(records), AT_A_TIME, (record) => this.#attempt(record, () => this.#resume(record)));
  }

  /** One look at every running server; those that died leave through the normal stop. */
  async pollServers(): Promise<void> {
    const records = await this.tools.repository.active();
    await forEachBounded(records, AT_A_TIME, (record) => this.#attempt(record, () => this.#look(record)));
  }

  /**
   * Notes when the proxy last saw traffic for each server, for the server and its owner (reference hub-behaviour 2.11), and
   * mends the table while it is at hand.
   */
  async activityFromRoutes(): Promise<void> {
    await this.tools.proxy.check(await this.readActivity());
  }

  /** The first half of `activityFromRoutes`. @returns the proxy's table @throws UnavailableError when the proxy does not answer */
  async readActivity(): Promise<Map<string, Route>> {
    const { proxy, repository, activity } = this.tools;
    const table = await proxy.table();
    const records = new Map((await repository.active()).map((record) => [serverPath(this.tools.urls.baseUrl, record.user.name, record.name), record]));
    for (const [spec, { data }] of table) {
      const record = records.get(spec);
      if (!record) continue;
      const when = new Date(data.last_activity ?? Number.NaN);
      const known = !Number.isNaN(when.getTime());
      activity.sawServer(record.id, 'proxy', known ? when : null);
      if (known) activity.record('users', record.user.id, when);
    }
    return table;
  }

  /** Puts output files aside that have grown too large. */
  async rotateLogs(): Promise<void> {
    const { log_dir: folder, log_max_bytes: maxBytes, log_keep: keep } = this.tools.config.Elara;
    for (const { user, name } of await this.tools.repository.activeNames()) {
      try {
        rotateLog(serverLogFile(folder, user, name), { maxBytes, keep });
      } catch (error) {
        log.error(`cannot rotate the log of the server of ${logName(user, name)}: because ${messageOf(error)}`);
      }
    }
  }

  /** One server that cannot be seen to must not keep the others waiting. */
  async #attempt(record: ServerRecord, work: () => Promise<void>): Promise<void> {
    await work().catch((error: unknown) => log.error(`Cannot check the server of ${nameOf(record)}: ${messageOf(error)}`));
  }

  async #resume(record: ServerRecord): Promise<void> {
    if (isListed(authenticatorTraits(this.tools.config).blocked_users, record.user.name, this.tools)) {
      log.warn(`${record.user.name} is blocked: stopping the server of ${nameOf(record)}`);
      return this.pending.stopCompletely(record, { code: 'blocked' });
    }
    if (record.state !== 'ready') return this.#carryOn(record);
    const { tools } = this;
    const marks = serverMarks({ urls: tools.urls, user: record.user.name, server: record.name, traits: traitsOfClass(tools.config) });
    const running = await adoptInTime(tools.spawner, handleOf(record), marks);
    if (!running) {
      log.warn(`${nameOf(record)} appears to have stopped while the Hub was down`);
      return this.pending.stopCompletely(record, { code: 'exited' });
    }
    if (record.memo === null) await tools.repository.recordAdoption(record.id, running);
    log.log(`${nameOf(record)} still running`);
  }

  async #carryOn(record: ServerRecord): Promise<void> {
    if (this.pending.get(record.id)) return;
    if (record.state === 'queued') return this.#requeue(record);
    log.log(`${nameOf(record)} was ${record.state} when the hub ended; carrying on`);
    await this.pending.resume(record, plainPlan(this.tools.config, record)).settled;
  }

  /** Its turn may be long in coming; nobody waits for that here. */
  async #requeue(record: ServerRecord): Promise<void> {
    try {
      this.pending.resume(record, await spawnPlan(this.tools, record, record.userOptions));
    } catch (error) {
      // the config has changed, and does not go with the options any more
      this.pending.resume(record, plainPlan(this.tools.config, record)).lifecycle.cancel(error as Error);
    }
  }

  async #look(record: ServerRecord): Promise<void> {
    if (this.pending.get(record.id)) return;
    if (record.state !== 'ready') return this.#isOverdue(record) ? this.#carryOn(record) : undefined;
    const end = serverPollDuration.startTimer();
    const status = await pollInTime(this.tools.spawner, handleOf(record));
    end(pollStatus(status));
    if (status !== null) await this.#takeDown(record, status);
  }

  /** Pending for longer than it may be, and nobody works on it: its hub died, or lost the database half-way. */
  #isOverdue({ deadline }: ServerRecord): boolean {
    return (fromDbTime(deadline)?.getTime() ?? 0) < Date.now();
  }

  #noticeEnd(record: ServerRecord, status: number): void {
    if (this.pending.get(record.id)) return;
    void this.#attempt(record, async () => {
      const now = await this.tools.repository.find(record.user.id, record.name);
      if (now?.state === 'ready' && (await pollInTime(this.tools.spawner, handleOf(now))) !== null) await this.#takeDown(now, status);
    });
  }

  async #takeDown(record: ServerRecord, status: number): Promise<void> {
    if (this.pending.get(record.id)) return;
    log.warn(`User ${nameOf(record)} server stopped, with exit code: ${status}`);
    await this.pending.stopCompletely(record, { code: 'exited', status });
  }
}

/** Starts that wait come after those that are under way and hold their places, and in the order in which they were asked for. */
function queuedLast(records: readonly ServerRecord[]): ServerRecord[] {
  const since = ({ state, since: moment }: ServerRecord) => (state === 'queued' ? (moment ?? '') : '');
  return records.toSorted((a, b) => (since(a) < since(b) ? -1 : Number(since(a) > since(b))));
}
