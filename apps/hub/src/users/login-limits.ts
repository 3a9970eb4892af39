import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { authenticatorTraits } from '../authenticators/allowed.js';
import type { LoginAttempt } from '../authenticators/authenticator.js';
import { normalizeUsername, shownName } from '../authenticators/usernames.js';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import { LimitReachedError } from '../errors.js';
import { loginsRefused } from '../metrics.js';
import { FailureBudgets } from './failure-budgets.js';

const log = new Logger('login');
const MOST_KEYS = 20_000;
/** What a provider gives to one customer. */
const IPV6_NETWORK_GROUPS = 4;

export interface LoginTry extends LoginAttempt {
  /** What proves that this browser has logged in to this account before; see `KnownBrowsers`. */
  knownBrowser?: string;
}

/** Whose password, or code, somebody may be guessing at, and from where. */
type Guess = Pick<LoginTry, 'username' | 'address' | 'knownBrowser'>;

/**
 * Keeps passwords from being guessed: counts logins that fail, for each account and for each address. A browser that has logged in to
 * the account before has a budget of its own, so that nobody is locked out by what others try.
 */
@Injectable()
export class LoginLimits {
  readonly #budgets = new FailureBudgets(MOST_KEYS);

  constructor(@Inject(HUB_CONFIG) private readonly config: HubConfig) {}

  /**
   * Counts a login as failed until it is known.
   * @returns takes that back, for a login that did not fail
   * @throws LimitReachedError when too many have failed
   */
  begin(attempt: Guess): () => void {
    const taken: string[] = [];
    for (const [key, size] of this.#keysOf(attempt)) {
      const seconds = this.#take(key, size);
      if (seconds > 0) throw this.#refusal(attempt, key, seconds, taken);
      taken.push(key);
    }
    return () => this.#giveBack(taken);
  }

  /** Counts an attempt to sign up, whatever becomes of it. @throws LimitReachedError when there were too many from this address */
  beginSignUp(address: string): void {
    const seconds = this.#take(`sign-up ${networkOf(address)}`, this.config.Elara.login_failures_per_address);
    if (seconds === 0) return;
    loginsRefused.inc({ limit: 'sign-up' });
    log.warn(`Refused a sign-up from ${address}: there were too many`);
    throw new LimitReachedError('Too many have signed up from where you are.', seconds);
  }

  #take(key: string, size: number): number {
    return size > 0 ? this.#budgets.take(key, { size, seconds: this.config.Elara.login_failure_window }, Date.now()) : 0;
  }

  #keysOf({ username, address, knownBrowser }: Guess): [key: string, size: number][] {
    const { login_failures_per_account: perAccount, login_failures_per_address: perAddress } = this.config.Elara;
    const account = digest(normalizeUsername(username.trim(), authenticatorTraits(this.config)));
    if (knownBrowser !== undefined) return [[`browser ${account} ${digest(knownBrowser)}`, perAccount]];
    return [
      [`address ${networkOf(address)}`, perAddress],
      [`account ${account}`, perAccount],
    ];
  }

  #refusal({ username, address }: Guess, key: string, seconds: number, taken: readonly string[]): LimitReachedError {
    this.#giveBack(taken);
    const kind = key.split(' ')[0]!;
    loginsRefused.inc({ limit: kind });
    log.warn(`Refused to check a login for ${shownName(username)} from ${address}: too many have failed for this ${kind}`);
    return new LimitReachedError('Too many logins have failed.', seconds);
  }

  #giveBack(keys: readonly string[]): void {
    for (const key of keys) this.#budgets.giveBack(key);
  }
}

const digest = (text: string) => createHash('sha256').update(text).digest('base64url').slice(0, 22);

/** Those who have one IPv6 address have billions of it. */
function networkOf(address: string): string {
  if (!isIPv6(address) || /^::ffff:/i.test(address)) return address;
  const [head = '', tail] = address.toLowerCase().split('::');
  const groups = head.split(':').filter(Boolean);
  const after = tail?.split(':').filter(Boolean) ?? [];
  const zeros = tail === undefined ? 0 : 8 - groups.length - after.length;
  const all = [...groups, ...Array<string>(Math.max(0, zeros)).fill('0'), ...after];
  return all.slice(0, IPV6_NETWORK_GROUPS).map((group) => group.replace(/^0+(?=.)/, '')).join(':');
}
