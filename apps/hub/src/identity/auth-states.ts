import { Inject, Injectable, Logger } from '@nestjs/common';
import { DATABASE, type Database } from '../database/database.js';
import type { UserRow } from '../database/tables.js';
import { fromDbBytes } from '../database/values.js';
import { InvalidInputError } from '../errors.js';
import { CryptKeeper } from './crypt-keeper.js';
import { FernetError } from './fernet.js';

export type AuthState = Record<string, unknown>;

const log = new Logger('users');

/** What the authenticator, or an admin, keeps about people: encrypted in the database, shown one at a time. */
@Injectable()
export class AuthStates {
  constructor(
    @Inject(DATABASE) private readonly db: Database,
    private readonly keeper: CryptKeeper,
  ) {}

  /** What to store for a state. @throws InvalidInputError when none is kept here */
  sealed(state: AuthState): Buffer {
    if (!this.keeper.enabled) throw new InvalidInputError('cannot store auth_state: because Authenticator.enable_auth_state is off');
    return this.keeper.encrypt(state);
  }

  /** The state of a user; null when there is none, or no key that fits. One under an old key is encrypted again. */
  async of({ id, name, encrypted_auth_state: stored }: Pick<UserRow, 'id' | 'name' | 'encrypted_auth_state'>): Promise<unknown> {
    if (!stored || !this.keeper.enabled) return null;
    try {
      const { value, outdated } = this.keeper.decrypt(fromDbBytes(stored));
      // unless it was changed since it was read
      if (outdated) await this.db('users').where({ id, encrypted_auth_state: stored }).update({ encrypted_auth_state: this.keeper.encrypt(value) });
      return value;
    } catch (error) {
      if (!(error instanceof FernetError)) throw error;
      log.warn(`Failed to decrypt the auth_state of ${name}, going on without it: ${error.message}`);
      return null;
    }
  }

  /** The same of the user with this id, as they are now. */
  async ofUser(id: number): Promise<unknown> {
    const row = await this.db('users').where({ id }).first('id', 'name', 'encrypted_auth_state');
    return row ? this.of(row) : null;
  }

  /** Keeps what a login brought in place of what was there; without auth state, nothing of an earlier one stays. */
  async renew(user: Pick<UserRow, 'id' | 'encrypted_auth_state'>, state: AuthState | undefined): Promise<void> {
    const sealed = state && this.keeper.enabled ? this.sealed(state) : null;
    if (sealed || user.encrypted_auth_state) await this.db('users').where({ id: user.id }).update({ encrypted_auth_state: sealed });
  }
}
