import { randomBytes, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { HUB_CONFIG } from '../../config/config.module.js';
import type { HubConfig } from '../../config/schema.js';
import { HubError } from '../../errors.js';
import { bcryptFits, isBcrypt } from './bcrypt.js';
import { HashThreads } from './hash-threads.js';

/** Parameters of scrypt (RFC 7914), with N as the power of two that it is. */
interface Cost {
  ln: number;
  r: number;
  p: number;
}

/** What came of a look at a password. */
export interface PasswordCheck {
  fits: boolean;
  /** It fits a hash of another kind or cost than those made now: hash it again. */
  outdated: boolean;
}

const SALT_BYTES = 16;
const HASH_BYTES = 32;
const [R, P] = [8, 1];
/** As password-hashing-competition strings have it: https://github.com/P-H-C/phc-string-format. */
const STORED = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w+/]+)\$([\w+/]+)$/;

/**
 * Hashes passwords for the database, and compares. How costly a hash was is written in it, so that the cost can be raised at any time.
 * Passwords are composed first (NFC, as RFC 8265 has it): an accent typed in either way is the same letter.
 */
@Injectable()
export class Passwords implements OnApplicationShutdown {
  readonly #threads = new HashThreads();

  constructor(@Inject(HUB_CONFIG) private readonly config: HubConfig) {}

  /** @throws LimitReachedError, UnavailableError */
  async hash(password: string): Promise<string> {
    const salt = randomBytes(SALT_BYTES);
    const hash = await this.#derive(password, salt, this.#cost);
    return `$scrypt$ln=${this.#cost.ln},r=${R},p=${P}$${text(salt)}$${text(hash)}`;
  }

  /**
   * @param stored undefined where there is no such account: that takes as long
   * @throws LimitReachedError, UnavailableError
   */
  async check(password: string, stored: string | undefined): Promise<PasswordCheck> {
    if (stored !== undefined && isBcrypt(stored)) return { fits: await bcryptFits(password, stored), outdated: true };
    const { cost, salt, hash } = stored === undefined ? this.#nobody() : parsed(stored);
    const isSame = timingSafeEqual(await this.#derive(password, salt, cost), hash);
    // to HMAC, and so to scrypt, a key is the same with zeros at its end (RFC 2104, section 2)
    return { fits: isSame && !password.includes('\0'), outdated: cost.ln !== this.#cost.ln || cost.r !== R || cost.p !== P };
  }

  onApplicationShutdown(): Promise<void> {
    return this.#threads.end();
  }

  get #cost(): Cost {
    return { ln: this.config.NativeAuthenticator.password_hash_cost, r: R, p: P };
  }

  #nobody(): StoredHash {
    return { cost: this.#cost, salt: randomBytes(SALT_BYTES), hash: randomBytes(HASH_BYTES) };
  }

  #derive(password: string, salt: Buffer, { ln, r, p }: Cost): Promise<Buffer> {
    const N = 2 ** ln;
    // twice what it needs by RFC 7914, section 2
    return this.#threads.hash({ password: password.normalize('NFC'), salt, bytes: HASH_BYTES, N, r, p, maxmem: 2 * 128 * r * (N + p) });
  }
}

interface StoredHash {
  cost: Cost;
  salt: Buffer;
  hash: Buffer;
}

function parsed(stored: string): StoredHash {
  const [, ln, r, p, salt, hash] = STORED.exec(stored) ?? [];
  if (salt === undefined || hash === undefined) throw new HubError('cannot check a password: because its hash in the database is of no kind that is known here');
  return { cost: { ln: Number(ln), r: Number(r), p: Number(p) }, salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') };
}

const text = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
