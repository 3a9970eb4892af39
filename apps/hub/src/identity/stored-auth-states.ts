import { Inject, Injectable, Logger } from '@nestjs/common';
import { DATABASE, type Database } from '../database/database.js';
import type { UserRow } from '../database/tables.js';
import { fromDbBytes } from '../database/values.js';
import { CryptKeeper } from './crypt-keeper.js';
import { FernetError } from './fernet.js';

type SealedRow = Pick<UserRow, 'id' | 'name' | 'encrypted_auth_state'>;

const log = new Logger('users');

/** Reads what the authenticator, or an admin, keeps about people. */
@Injectable()
export class StoredAuthStates {
  constructor(
    private readonly keeper: CryptKeeper,
    @Inject(DATABASE) private readonly db: Database,
  ) {}

  /** The state of a user; null when there is none, or no key that fits. One under an old key is encrypted again. */
  async of({ id, name, encrypted_auth_state: stored }: SealedRow): Promise<unknown> {
    if (!stored || !this.keeper.enabled) return null;
    try {
      const { value, outdated } = this.keeper.decrypt(fromDbBytes(stored));
      if (outdated) await this.#replace(id, stored, this.keeper.encrypt(value));
      return value;
    } catch (error) {
      if (!(error instanceof FernetError)) throw error;
      log.warn(`Failed to decrypt the auth_state of ${name}, going on without it: ${error.message}`);
      return null;
    }
  }

  /** The same of the user with this id. */
  async ofUser(id: number): Promise<unknown> {
    if (!this.keeper.enabled) return null;
    const row = await this.db('users').select('id', 'name', 'encrypted_auth_state').where({ id }).first();
    return row ? this.of(row) : null;
  }

  /** Unless a login has changed it meanwhile. */
  async #replace(id: number, from: Buffer | string, to: Buffer): Promise<void> {
    await this.db('users').where({ id, encrypted_auth_state: from }).update({ encrypted_auth_state: to });
  }
}
