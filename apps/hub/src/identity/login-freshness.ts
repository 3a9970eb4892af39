import { Inject, Injectable, Logger } from '@nestjs/common';
import { authenticatorTraits } from '../authenticators/allowed.js';
import { type Authenticator, AUTHENTICATOR, type AuthModel } from '../authenticators/authenticator.js';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import { NotAllowedError, UnavailableError } from '../errors.js';
import { AuthStates } from './auth-states.js';

const LONGEST_CHECK_MS = 30_000;
const RETRY_SECONDS = 30;

interface Verdict {
  isFresh: boolean;
  /** In milliseconds of `performance.now()`. */
  until: number;
}

interface Person {
  id: number;
  name: string;
}

type Apply = (model: AuthModel) => Promise<unknown>;

const log = new Logger('login');

/**
 * Whether logins of some time ago still hold: asks the authenticator again once `auth_refresh_age` is over, for the first request
 * after a start of the hub, and where the config wants it before a start or stop (reference hub-behaviour 4.3).
 */
@Injectable()
export class LoginFreshness {
  readonly #verdicts = new Map<number, Verdict>();
  readonly #underWay = new Map<number, Promise<boolean>>();
  #apply: Apply = () => Promise.resolve();

  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    @Inject(AUTHENTICATOR) private readonly authenticator: Authenticator,
    private readonly authStates: AuthStates,
  ) {}

  /** @param apply what brings a user in line with a model; it lives on a higher floor */
  appliedBy(apply: Apply): void {
    this.#apply = apply;
  }

  /** Somebody has just logged in. */
  note(userId: number): void {
    if (this.#isInUse) this.#verdicts.set(userId, { isFresh: true, until: this.#inSeconds(this.#traits.auth_refresh_age) });
  }

  /** False for somebody who has to log in again. While that cannot be found out, they stay what they were. */
  async holds(person: Person): Promise<boolean> {
    if (!this.#isInUse) return true;
    const known = this.#verdicts.get(person.id);
    if (known && known.until > performance.now()) return known.isFresh;
    try {
      return await this.#check(person);
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      log.warn(`Cannot find out whether the login of ${person.name} still holds, trying again in ${RETRY_SECONDS} seconds: ${error.message}`);
      const isFresh = known?.isFresh ?? true;
      this.#verdicts.set(person.id, { isFresh, until: this.#inSeconds(RETRY_SECONDS) });
      return isFresh;
    }
  }

  /** Before a server starts (`refresh_pre_spawn`). @throws NotAllowedError when its owner has to log in again; UnavailableError */
  async requireForStart(owner: Person): Promise<void> {
    if (!this.#isInUse || !this.#traits.refresh_pre_spawn || (await this.#check(owner))) return;
    throw new NotAllowedError(`The login of ${owner.name} has expired: log in again to start a server`);
  }

  /** Before a server stops (`refresh_pre_stop`). @throws NotAllowedError when its owner asks, and has to log in again */
  async requireForStop(owner: Person, isAskedByOwner: boolean): Promise<void> {
    if (!this.#isInUse || !this.#traits.refresh_pre_stop || (await this.#check(owner))) return;
    if (isAskedByOwner) throw new NotAllowedError(`The login of ${owner.name} has expired: log in again to stop your server`);
    log.warn(`Stopping a server of ${owner.name}, whose login has expired`);
  }

  get #traits() {
    return authenticatorTraits(this.config);
  }

  get #isInUse(): boolean {
    return this.authenticator.refresh !== undefined && this.#traits.auth_refresh_age > 0;
  }

  /** Many requests of one person in the same moment are one question. */
  #check(person: Person): Promise<boolean> {
    const current = this.#underWay.get(person.id);
    if (current) return current;
    const check = this.#ask(person).finally(() => this.#underWay.delete(person.id));
    this.#underWay.set(person.id, check);
    return check;
  }

  async #ask({ id, name }: Person): Promise<boolean> {
    const authState = (await this.authStates.ofUser(id)) as Record<string, unknown> | null;
    const answer = await this.authenticator.refresh!({ name, authState }, AbortSignal.timeout(LONGEST_CHECK_MS));
    if (typeof answer === 'object') await this.#apply({ ...answer, name, ...(!answer.authState && authState && { authState }) });
    const isFresh = answer !== false;
    if (!isFresh) log.log(`The login of ${name} has expired`);
    this.#verdicts.set(id, { isFresh, until: this.#inSeconds(this.#traits.auth_refresh_age) });
    return isFresh;
  }

  #inSeconds(seconds: number): number {
    return performance.now() + seconds * 1000;
  }
}
