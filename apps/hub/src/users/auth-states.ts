import { Injectable } from '@nestjs/common';
import type { UserRow } from '../database/tables.js';
import { InvalidInputError } from '../errors.js';
import { CryptKeeper } from '../identity/crypt-keeper.js';
import { StoredAuthStates } from '../identity/stored-auth-states.js';
import { UsersRepository } from './users.repository.js';

export type AuthState = Record<string, unknown>;

/** What the authenticator, or an admin, keeps about people: encrypted in the database, shown one at a time. */
@Injectable()
export class AuthStates {
  constructor(
    private readonly keeper: CryptKeeper,
    private readonly users: UsersRepository,
    private readonly stored: StoredAuthStates,
  ) {}

  /** What to store for a state. @throws InvalidInputError when none is kept here */
  sealed(state: AuthState): Buffer {
    if (!this.keeper.enabled) throw new InvalidInputError('cannot store auth_state: because Authenticator.enable_auth_state is off');
    return this.keeper.encrypt(state);
  }

  /** The state of a user; null when there is none, or no key that fits. One under an old key is encrypted again. */
  of(row: UserRow): Promise<unknown> {
    return this.stored.of(row);
  }

  /** Keeps what a login brought in place of what was there; without auth state, nothing of an earlier one stays. */
  async renew(user: UserRow, state: AuthState | undefined): Promise<void> {
    const sealed = state && this.keeper.enabled ? this.sealed(state) : null;
    if (sealed || user.encrypted_auth_state) await this.users.update(user.id, { encrypted_auth_state: sealed });
  }
}
