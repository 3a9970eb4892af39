import { judgeServer, type ServerFacts, type Verdict } from '#culling';
import { HubApiError, type HubClient, type Log, type Server, type User } from '#hub-client';
import { knownFacts, listedFacts, moment } from './facts.js';
import type { CullOptions } from './options.js';

/** What a server was judged by, and how. */
export interface Judged {
  facts: ServerFacts;
  verdict: Verdict;
}

type JudgeOptions = Pick<CullOptions, 'policy' | 'cullEvery' | 'dryRun'>;

const NOT_KNOWN: Verdict = { action: 'keep', code: 'unknown', text: '', due: null, ground: null };

/**
 * Judges servers: by the list of users first, which is one request for many; those that have come to a limit once more, by all that
 * the hub knows of them at that moment.
 */
export class Judge {
  /** Whether the hub explains itself, as JupyterHub does not; undefined when it did not say. */
  #explains: boolean | undefined;
  /** What the hub's clock is ahead of ours, in ms. */
  #ahead = 0;

  constructor(
    private readonly hub: HubClient,
    private readonly options: JudgeOptions,
    private readonly log: Log,
    private readonly signal: AbortSignal,
  ) {}

  /** By the clock of the hub: ms since the epoch. */
  get now(): number {
    return Date.now() + this.#ahead;
  }

  /** Tells the hub of the round, unless it is a dry run. @throws what makes the hub unfit to be acted upon */
  async begin(): Promise<void> {
    if (this.options.dryRun) return;
    try {
      const { now } = await this.hub.culling.beginRound(this.options.policy, this.options.cullEvery, { signal: this.signal });
      this.#ahead = (moment(now) ?? Date.now()) - Date.now();
      this.#explains = true;
    } catch (error) {
      if (!(error instanceof HubApiError) || ![403, 404, 405].includes(error.status)) throw error;
      this.#explains = error.status === 403 ? undefined : false;
      if (error.status === 403) this.log.warn('the hub does not learn of this culler: because the token needs delete:servers without a filter');
      else if (this.options.policy.grace) this.log.warn('nobody is warned: because this hub takes no warnings');
    }
  }

  /** @throws HubApiError, HubUnreachableError when the hub does not tell what it knows */
  async judge(user: User, server: Server): Promise<Judged> {
    const facts = listedFacts(user, server);
    const needsGroups = Object.keys(this.#policy.group_timeout).length > 0;
    if (needsGroups && !user.groups) return { facts, verdict: { ...NOT_KNOWN, text: 'the token does not show groups (it needs read:users:groups)' } };
    const verdict = judgeServer(facts, this.#policy, this.now);
    return verdict.action === 'keep' || this.#explains === false ? { facts, verdict } : this.#closely(user, server, { facts, verdict });
  }

  get #policy(): CullOptions['policy'] {
    // where nobody can be warned, a stop would wait for a warning for ever
    return this.#explains === false ? { ...this.options.policy, grace: 0 } : this.options.policy;
  }

  async #closely(user: User, { name }: Server, first: Judged): Promise<Judged> {
    try {
      const known = await this.hub.culling.activity(user.name, name, { signal: this.signal });
      const facts = knownFacts(user, name, known);
      return { facts, verdict: judgeServer(facts, this.#policy, moment(known.now) ?? this.now) };
    } catch (error) {
      if (!(error instanceof HubApiError) || error.status !== 404) throw error;
      // in a dry run nobody knows whether this is JupyterHub, which has no such route
      return this.#explains ? { ...first, verdict: { ...NOT_KNOWN, text: 'it is gone' } } : first;
    }
  }
}
