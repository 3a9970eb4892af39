import { describeError, type HubClient, type Log, type Server, type User } from '#hub-client';
import { judgeServer, judgeUser } from './cull.js';
import type { CullOptions } from './options.js';

/** How a round went. */
interface Tally {
  servers: number;
  users: number;
  stopped: number;
  deleted: number;
  failed: number;
}

/**
 * One round: asks the hub for users with running servers (and, when users are culled, those without), judges all, and carries it out.
 * Everything is listed before anything is stopped, because a stop would shift the pages that follow.
 *
 * @throws HubApiError or HubUnreachableError when the lists cannot be had; then nothing was culled
 */
export async function cullRound(hub: HubClient, options: CullOptions, log: Log, signal: AbortSignal): Promise<void> {
  const { version } = await hub.version({ signal });
  const users = await usersToJudge(hub, options, signal);
  const tally: Tally = { servers: 0, users: users.length, stopped: 0, deleted: 0, failed: 0 };
  const round = new Round(hub, options, log, tally, Date.now(), signal);
  await eachOf(users, options.concurrency, (user) => round.handle(user));
  const { servers, stopped, deleted, failed } = tally;
  const done = `${stopped} stopped, ${deleted} users deleted, ${failed} failed`;
  log.info(`round done (hub ${version}): ${users.length} users, ${servers} servers, ${done}`);
}

async function usersToJudge(hub: HubClient, { apiPageSize, cullUsers }: CullOptions, signal: AbortSignal): Promise<User[]> {
  const limit = apiPageSize || undefined;
  const users: User[] = [];
  const states = cullUsers ? (['inactive', 'ready'] as const) : (['ready'] as const);
  for (const state of states) for await (const user of hub.users({ state, limit, signal })) users.push(user);
  return users;
}

/** Hands each item to `work`, so many at a time. */
async function eachOf<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
}

class Round {
  constructor(
    private readonly hub: HubClient,
    private readonly options: CullOptions,
    private readonly log: Log,
    private readonly tally: Tally,
    private readonly now: number,
    private readonly signal: AbortSignal,
  ) {}

  /** Stops what is to be stopped of one user, and deletes the user when that is wanted and nothing runs any more. */
  async handle(user: User): Promise<void> {
    if (!user.servers) return this.log.warn(`keeping user ${user.name}: the token does not show servers (it needs read:servers)`);
    let running = 0;
    for (const server of Object.values(user.servers)) if (!(await this.#handleServer(user, server))) running++;
    if (!this.options.cullUsers || this.signal.aborted) return;
    if (running) return this.log.info(`keeping user ${user.name}: ${running} of their servers are still there`);
    const verdict = judgeUser(user, this.options, this.now);
    this.log.info(`${verdict.cull ? 'deleting' : 'keeping'} user ${user.name}: ${verdict.reason}`);
    if (!verdict.cull) return;
    await this.#try(`delete user ${user.name}`, async () => {
      await this.hub.deleteUser(user.name, { signal: this.signal });
      this.tally.deleted++;
    });
  }

  /** @returns true when the server is down now */
  async #handleServer(user: User, server: Server): Promise<boolean> {
    if (this.signal.aborted) return false;
    this.tally.servers++;
    const name = server.name ? `${user.name}/${server.name}` : user.name;
    const verdict = judgeServer(server, this.options, this.now);
    this.log.info(`${verdict.cull ? 'stopping' : 'keeping'} server ${name}: ${verdict.reason}`);
    if (!verdict.cull) return false;
    const remove = server.name !== '' && this.options.removeNamedServers;
    const outcome = await this.#try(`stop server ${name}`, () =>
      this.hub.stopServer(user.name, server.name, { remove, signal: this.signal }),
    );
    if (outcome === 'pending') this.log.warn(`server ${name} is slow to stop`);
    if (outcome) this.tally.stopped++;
    return outcome === 'stopped';
  }

  /** A failure concerns one user: the others still get their turn. */
  async #try<T>(what: string, action: () => Promise<T>): Promise<T | undefined> {
    try {
      return await action();
    } catch (error) {
      if (this.signal.aborted) return undefined;
      this.tally.failed++;
      this.log.error(`cannot ${what}: because ${describeError(error)}`);
      return undefined;
    }
  }
}
