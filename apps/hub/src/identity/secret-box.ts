import { hkdfSync } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import { COOKIE_SECRET } from '../http/sessions.js';
import { givenKeys, opened } from './crypt-keeper.js';
import { Fernet, FernetError } from './fernet.js';

const KEY_BYTES = 32;

/** What a sealed text holds. */
export interface Unsealed {
  text: string;
  /** Sealed with a key that is on its way out: seal it again. */
  outdated: boolean;
}

/**
 * Encrypts secrets that the hub itself has to read again: with the CryptKeeper's keys where there are any, whether or not auth state is
 * kept, else with one that follows from the cookie secret. What was sealed before there were keys can still be opened.
 */
@Injectable()
export class SecretBox {
  #keys?: Fernet[];

  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    @Inject(COOKIE_SECRET) private readonly cookieSecret: Buffer,
  ) {}

  /** @throws StartupError for a key of the config that cannot be used */
  seal(text: string): string {
    return this.#fernets[0]!.encrypt(Buffer.from(text));
  }

  /** @throws FernetError when no key fits */
  open(sealed: string): Unsealed {
    for (const [index, fernet] of this.#fernets.entries()) {
      const plain = opened(fernet, sealed);
      if (plain !== undefined) return { text: plain.toString(), outdated: index > 0 };
    }
    throw new FernetError('cannot open a sealed secret: because neither a key of CryptKeeper nor the cookie secret fits');
  }

  get #fernets(): readonly Fernet[] {
    const own = () => Buffer.from(hkdfSync('sha256', this.cookieSecret, '', 'elara sealed secrets', KEY_BYTES));
    return (this.#keys ??= [...givenKeys(this.config, process.env), own()].map((key) => new Fernet(key)));
  }
}
