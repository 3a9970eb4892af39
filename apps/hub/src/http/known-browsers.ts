import { Injectable } from '@nestjs/common';
import type { HubReply, HubRequest } from './hub-request.js';
import { Sessions } from './sessions.js';

const COOKIE = 'elara-known-browser';
const DAYS = 90;

/**
 * Remembers by a signed cookie which account a browser has logged in to, also after it has logged out. It opens nothing: it only tells
 * people whose password is being guessed by others from those others.
 */
@Injectable()
export class KnownBrowsers {
  constructor(private readonly sessions: Sessions) {}

  /** Its proof that it has logged in to this account; undefined when it has none. @param account name of the user */
  proof(request: HubRequest, account: string): string | undefined {
    return this.sessions.signedCookies(request, COOKIE, DAYS).find(({ value }) => value === account)?.signed;
  }

  remember(request: HubRequest, reply: HubReply, account: string): void {
    if (this.proof(request, account) === undefined) this.sessions.setSigned(request, reply, COOKIE, account, DAYS);
  }
}
