import type { ServerFacts, Verdict } from '#culling';
import { describeError, type HubClient, type Log, type Server, type User } from '#hub-client';
import { type Decision, inWords } from './decision.js';
import { secondsSince } from './facts.js';
import { Judge, type Judged } from './judge.js';
import type { CullOptions } from './options.js';
import { judgeUser } from './users.js';

/** What goes into the log about a decision. */
const DOING = { keep: 'keeping', warn: 'warning the owner of', stop: 'stopping', delete: 'deleting' } as const;

/**
 * One round: asks the hub for users with running servers (and, when users are culled, those without), judges all, and carries it out.
 * Everything is listed before anything is stopped, because a stop would shift the pages that follow.
 *
 * @returns what was decided, in the order of the lists
 * @throws HubApiError or HubUnreachableError when the lists cannot be had; then nothing was culled
 */
export async function cullRound(hub: HubClient, options: CullOptions, log: Log, signal: AbortSignal): Promise<Decision[]> {
  const { version } = await hub.version({ signal });
  const judge = new Judge(hub, options, log, signal);
  await judge.begin();
  const users = await usersToJudge(hub, options, signal);
  const round = new Round(hub, options, judge, log, signal);
  const decisions = users.map((): Decision[] => []);
  await eachOf([...users.entries()], options.concurrency, ([index, user]) => round.handle(user, decisions[index]!));
  const all = decisions.flat();
  const count = (action: Decision['action']) => all.filter((one) => one.action === action).length - round.failed[action];
  const servers = all.filter(({ kind }) => kind !== 'user').length;
  const failed = Object.values(round.failed).reduce((sum, one) => sum + one);
  const done = `${count('stop')} stopped, ${count('warn')} warned, ${count('delete')} users deleted, ${failed} failed`;
  log.info(`round done (hub ${version}): ${users.length} users, ${servers} servers, ${done}`);
  return all;
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
  /** What was decided and could not be done; for `keep`: what could not be judged. */
  readonly failed: Record<Decision['action'], number> = { keep: 0, warn: 0, stop: 0, delete: 0 };

  constructor(
    private readonly hub: HubClient,
    private readonly options: CullOptions,
    private readonly judge: Judge,
    private readonly log: Log,
    private readonly signal: AbortSignal,
  ) {}

  /** Stops what is to be stopped of one user, and deletes the user when that is wanted and nothing runs any more. */
  async handle(user: User, decisions: Decision[]): Promise<void> {
    if (!user.servers) return this.log.warn(`keeping user ${user.name}: the token does not show servers (it needs read:servers)`);
    let running = 0;
    for (const server of Object.values(user.servers)) if (!(await this.#handleServer(user, server, decisions))) running++;
    if (!this.options.cullUsers || this.signal.aborted) return;
    if (running) return this.log.info(`keeping user ${user.name}: ${running} of their servers are still there`);
    const { delete: remove, reason } = judgeUser(user, this.options, this.judge.now);
    const decision = { ...this.#timesOf(user), name: user.name, kind: 'user', action: remove ? 'delete' : 'keep', code: null, reason, due: null } as const;
    this.#decide(decision, `user ${user.name}`, decisions);
    if (remove) await this.#try('delete', `delete user ${user.name}`, () => this.hub.deleteUser(user.name, { signal: this.signal }));
  }

  /** @returns true when the server is down now, or would be */
  async #handleServer(user: User, server: Server, decisions: Decision[]): Promise<boolean> {
    if (this.signal.aborted) return false;
    const name = server.name ? `${user.name}/${server.name}` : user.name;
    const judged = await this.#attempt('keep', `judge server ${name}`, () => this.judge.judge(user, server));
    if (!judged) return false;
    const { facts, verdict } = judged;
    this.#decide(serverDecision(user, judged, this.judge.now), `server ${name}`, decisions);
    if (verdict.action === 'warn') await this.#try('warn', `warn of a stop of ${name}`, () => this.#warn(user, judged));
    else if (verdict.code === 'stale' && facts.warning) await this.#try('warn', `take back the warning of ${name}`, () => this.hub.culling.withdrawWarning(user.name, server.name, { signal: this.signal }));
    return verdict.action === 'stop' && this.#stop(user, server, name);
  }

  #decide(decision: Decision, what: string, decisions: Decision[]): void {
    decisions.push(decision);
    this.log.info(`${DOING[decision.action]} ${what}: ${decision.reason}`);
  }

  async #stop(user: User, server: Server, name: string): Promise<boolean> {
    const remove = server.name !== '' && this.options.removeNamedServers;
    const stop = () => this.hub.stopServer(user.name, server.name, { remove, signal: this.signal });
    const outcome = await this.#try('stop', `stop server ${name}`, stop);
    if (outcome === 'pending') this.log.warn(`server ${name} is slow to stop`);
    return outcome === 'stopped' || this.options.dryRun;
  }

  #warn(user: User, { facts, verdict }: Judged): Promise<unknown> {
    const at = new Date(verdict.due!).toISOString();
    const since = facts.lastActivity ?? facts.started;
    const reason = noticeOf(facts, verdict, this.options, this.judge.now);
    const idleSince = verdict.ground === 'idle' && since !== null ? new Date(since).toISOString() : null;
    return this.hub.culling.warn(user.name, facts.name, { at, reason }, idleSince, { signal: this.signal });
  }

  #timesOf({ created, last_activity }: User): Pick<Decision, 'idle' | 'age'> {
    const { now } = this.judge;
    return { idle: secondsSince(last_activity ?? created, now) ?? null, age: secondsSince(created, now) ?? null };
  }

  /** As `#attempt`, and not at all in a dry run. */
  async #try<T>(action: Decision['action'], what: string, work: () => Promise<T>): Promise<T | undefined> {
    return this.options.dryRun ? undefined : this.#attempt(action, what, work);
  }

  /** A failure concerns one user: the others still get their turn. */
  async #attempt<T>(action: Decision['action'], what: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (this.signal.aborted) return undefined;
      this.failed[action]++;
      this.log.error(`cannot ${what}: because ${describeError(error)}`);
      return undefined;
    }
  }
}

function serverDecision(user: User, { facts, verdict }: Judged, now: number): Decision {
  const seconds = (then: number | null) => (then === null ? null : (now - then) / 1000);
  return {
    name: `${user.name}/${facts.name}`,
    kind: facts.name ? 'named server' : 'default server',
    action: verdict.action,
    code: verdict.code,
    reason: verdict.text,
    idle: seconds(facts.lastActivity ?? facts.started),
    age: seconds(facts.started),
    due: verdict.due === null ? null : new Date(verdict.due).toISOString(),
  };
}

/** What the owner of the server is told. */
function noticeOf({ lastActivity, started }: ServerFacts, { ground }: Verdict, { policy }: CullOptions, now: number): string {
  const since = (then: number | null) => inWords(then === null ? 0 : (now - then) / 1000);
  if (ground === 'too-old') return `it has been running for ${since(started)}, and no server runs for longer than ${inWords(policy.max_age ?? 0)}`;
  return `it has not been used for ${since(lastActivity ?? started)}`;
}
