import { Injectable, Logger } from '@nestjs/common';
import { waitForHttp } from '#process';
import { serverPath } from '../config/urls.js';
import { messageOf } from '../errors.js';
import { orphanedServers } from '../metrics.js';
import { forEachBounded } from '../proxy/drivers/bounded.js';
import { ownMark, serverMarks } from '../spawners/spawner-env.js';
import { traitsOfClass } from '../spawners/spawner-class.js';
import type { FoundServer, ServerAddress } from '../spawners/spawner.js';
import { adoptInTime, examineInTime } from './driver-calls.js';
import { localAddress } from './local-address.js';
import { type OrphanFacts, orphansAmong, type OrphanVerdict, orphanVerdict } from './orphan-policy.js';
import { PendingServers } from './pending-servers.js';
import { neverStarted } from './server.model.js';
import type { ServerOwner, ServerRecord } from './server-record.js';
import { reachableOrigin, routeOf } from './server-run.js';
import { ServerTools } from './server-tools.js';

/** An orphan as the API shows it; names are what the process says of itself. */
export interface OrphanModel {
  user: string;
  server: string;
  state: Record<string, unknown>;
  /** ISO 8601. */
  since: string;
  /** Why it is left as it is. */
  because: string;
}

const AT_A_TIME = 5;
const MOST_SHOWN = 1000;
const ANSWER_MS = 3000;
const MAX_NAME = 255;

const log = new Logger('servers');

/** Servers of this hub that run although no row knows of them: as a database leaves them that was restored, or rows that were deleted. */
@Injectable()
export class Orphans {
  /** Those that were left as they are, by what tells one process from all others. */
  #left = new Map<string, OrphanModel>();

  constructor(
    private readonly tools: ServerTools,
    private readonly pending: PendingServers,
  ) {}

  list(): OrphanModel[] {
    return [...this.#left.values()];
  }

  /** One look for them, and what `Elara.orphan_policy` says. */
  async look(): Promise<void> {
    const { spawner, mark, repository } = this.tools;
    const found = await spawner.findAll(ownMark(await mark.get()));
    const orphans = orphansAmong(found, await repository.active());
    const left = new Map<string, OrphanModel>();
    await forEachBounded(orphans, AT_A_TIME, async (orphan) => {
      const because = await this.#seeTo(orphan);
      if (because !== undefined && left.size < MOST_SHOWN) left.set(keyOf(orphan), this.#modelOf(orphan, because));
    });
    for (const [key, model] of left) if (!this.#left.has(key)) warn(model);
    this.#left = left;
    orphanedServers.set(left.size);
  }

  /** @returns why it was left; undefined when it was not */
  async #seeTo(orphan: FoundServer): Promise<string | undefined> {
    try {
      const { action, because } = await this.#decide(orphan);
      if (action === 'report') return because;
      log.warn(`${describe(orphan)} runs although no row knows of it; it is ${action === 'reap' ? 'ended' : 'taken over'}`);
      await (action === 'reap' ? this.tools.spawner.stop(orphan) : this.#adopt(orphan));
      return undefined;
    } catch (error) {
      return messageOf(error);
    }
  }

  async #decide(orphan: FoundServer): Promise<OrphanVerdict> {
    const policy = this.tools.config.Elara.orphan_policy;
    const nothing: OrphanFacts = { policy, userExists: false, isTaken: false, hasOurToken: false, answers: false };
    if (policy !== 'adopt') return orphanVerdict(nothing);
    const user = await this.tools.repository.findUser(orphan.user);
    const record = user && (await this.tools.repository.find(user.id, orphan.server));
    const isTaken = record !== undefined && (record.state !== 'stopped' || this.pending.get(record.id) !== undefined);
    const hasOurToken = user !== undefined && (await this.#hasOurToken(orphan, user));
    // nothing that a stranger says is asked for an answer
    const answers = hasOurToken && !isTaken && (await this.#answers(orphan));
    return orphanVerdict({ policy, userExists: user !== undefined, isTaken, hasOurToken, answers });
  }

  async #hasOurToken({ apiToken, server }: FoundServer, user: ServerOwner): Promise<boolean> {
    const row = apiToken === '' ? undefined : await this.tools.tokens.find(apiToken);
    return row?.user_id === user.id && row.note === `Server at ${this.#prefix(user.name, server)}`;
  }

  async #answers(orphan: FoundServer): Promise<boolean> {
    const address = await this.#addressOf(orphan);
    if (!address) return false;
    const url = `${reachableOrigin(address)}${this.#prefix(orphan.user, orphan.server)}api`;
    return waitForHttp(url, { timeoutMs: ANSWER_MS }).then(() => true, () => false);
  }

  async #addressOf(orphan: FoundServer): Promise<ServerAddress | undefined> {
    return localAddress(orphan.url, (await examineInTime(this.tools.spawner, orphan)).ports);
  }

  async #adopt(orphan: FoundServer): Promise<void> {
    const { tools } = this;
    const record = await this.#recordOf(orphan);
    const marks = serverMarks({ urls: tools.urls, user: orphan.user, server: orphan.server, traits: traitsOfClass(tools.config) });
    const [running, address] = [await adoptInTime(tools.spawner, orphan, marks), await this.#addressOf(orphan)];
    if (!running || !address || this.pending.get(record.id)) return;
    const { settled } = this.pending.adopt(record, { ...running, address, apiToken: orphan.apiToken });
    await settled;
    const route = routeOf(orphan.user, orphan.server, this.#prefix(orphan.user, orphan.server), address);
    // the next check of the routes mends what fails here
    await tools.proxy.addRoute(route).catch((error: unknown) => log.warn(`Cannot lead anybody to ${describe(orphan)} yet: ${messageOf(error)}`));
  }

  async #recordOf({ user: name, server }: FoundServer): Promise<ServerRecord> {
    const user = (await this.tools.repository.findUser(name))!;
    await this.tools.repository.create(user.id, server, server);
    return (await this.tools.repository.find(user.id, server)) ?? neverStarted(user);
  }

  #prefix(user: string, server: string): string {
    return serverPath(this.tools.urls.baseUrl, user, server);
  }

  #modelOf(orphan: FoundServer, because: string): OrphanModel {
    const since = this.#left.get(keyOf(orphan))?.since ?? new Date().toISOString();
    return { user: orphan.user.slice(0, MAX_NAME), server: orphan.server.slice(0, MAX_NAME), state: orphan.state, since, because };
  }
}

const keyOf = ({ memo, state }: FoundServer): string => JSON.stringify([memo, state]);

/** Names come from a process that anybody may have started: they must not break the line. */
const describe = ({ user, server, state }: Pick<FoundServer, 'user' | 'server' | 'state'>): string =>
  `A server that calls itself ${JSON.stringify(`${user}/${server}`.slice(0, MAX_NAME))} (${JSON.stringify(state)})`;

const warn = (model: OrphanModel): void => log.warn(`${describe(model)} runs although no row knows of it: left as it is, because ${model.because}`);
