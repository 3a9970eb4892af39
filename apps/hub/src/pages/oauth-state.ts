import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Remembered } from '../authenticators/authenticator.js';
import { parseCookies } from '../http/cookies.js';
import type { HubReply, HubRequest } from '../http/hub-request.js';
import { Sessions } from '../http/sessions.js';

const COOKIE = 'oauthenticator-state';
const MINUTES = 15;
const DAYS = MINUTES / 60 / 24;
/** Logins that one browser may have begun and not finished: a tab for each, say. */
const MOST_PENDING = 5;
const MOST_USED = 50_000;
/** What fits a cookie beside the rest. */
const LONGEST_NEXT = 2000;

const content = z.object({ callbackUrl: z.string(), next: z.string(), remembered: z.record(z.string(), z.string()) });

/** A login that a browser has begun elsewhere. */
export type PendingLogin = z.infer<typeof content>;

/**
 * Remembers logins that were begun and not finished, each in a signed cookie of the browser: who comes back with the `state` of somebody
 * else, or a second time, or late, does not log in. A cookie for each, so that several tabs may log in at the same time.
 */
@Injectable()
export class OAuthStates {
  /** States that were used, with the time (ms) from which their cookies are worth nothing anyway. */
  readonly #used = new Map<string, number>();

  constructor(private readonly sessions: Sessions) {}

  remember(request: HubRequest, reply: HubReply, state: string, { callbackUrl, next, remembered }: { callbackUrl: string; next: string; remembered: Remembered }): void {
    // browsers name the oldest first
    const pending = [...new Set(parseCookies(request.headers.cookie).map(([name]) => name))].filter((name) => name.startsWith(`${COOKIE}-`));
    for (const name of pending.slice(0, Math.max(0, pending.length - MOST_PENDING + 1))) this.sessions.clearSigned(request, reply, name);
    const value: PendingLogin = { callbackUrl, next: next.length > LONGEST_NEXT ? '' : next, remembered };
    this.sessions.setSigned(request, reply, cookieOf(state), JSON.stringify(value), DAYS);
  }

  /** What was remembered of the login with this state, in this browser, the first time that it is asked for. */
  take(request: HubRequest, reply: HubReply, state: string): PendingLogin | undefined {
    const name = cookieOf(state);
    const [found] = this.sessions.signedCookies(request, name, DAYS);
    if (!found) return undefined;
    this.sessions.clearSigned(request, reply, name);
    return this.#isFirstUse(state) ? content.parse(JSON.parse(found.value)) : undefined;
  }

  /** Only states that the hub has signed come here, so that nobody can fill this up. */
  #isFirstUse(state: string): boolean {
    const now = Date.now();
    // the oldest come first
    for (const [used, until] of this.#used) {
      if (until >= now && this.#used.size < MOST_USED) break;
      this.#used.delete(used);
    }
    if (this.#used.has(state)) return false;
    this.#used.set(state, now + MINUTES * 60_000);
    return true;
  }
}

const cookieOf = (state: string): string => `${COOKIE}-${createHash('sha256').update(state).digest('hex').slice(0, 16)}`;
