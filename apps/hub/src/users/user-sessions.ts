import { Injectable } from '@nestjs/common';
import type { UserRow } from '../database/tables.js';
import { EndedSessions } from '../identity/ended-sessions.js';
import { IdentityCache } from '../identity/identity-cache.js';
import { TokenStore } from '../identity/token-store.js';
import { newCookieId, UsersRepository } from './users.repository.js';

/** The browsers in which people are logged in. */
@Injectable()
export class UserSessions {
  constructor(
    private readonly users: UsersRepository,
    private readonly tokens: TokenStore,
    private readonly ended: EndedSessions,
    private readonly cache: IdentityCache,
  ) {}

  /**
   * Logs somebody out everywhere, and takes back what servers and services were given for their browsers. Tokens of their own stay.
   * @returns `cookie_id` of new logins
   */
  async endAll({ id }: Pick<UserRow, 'id'>): Promise<string> {
    const cookie_id = newCookieId();
    await this.users.update(id, { cookie_id });
    this.cache.bump();
    for (const session of await this.tokens.revokeSessions(id)) this.ended.add(session);
    return cookie_id;
  }
}
