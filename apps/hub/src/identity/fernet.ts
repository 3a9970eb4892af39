import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { HubError } from '../errors.js';

const VERSION = 0x80;
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 32;
const BLOCK_BYTES = 16;
/** Version, time and initialisation vector. */
const HEAD_BYTES = 1 + 8 + BLOCK_BYTES;
const CIPHER = 'aes-128-cbc';

/** What is no Fernet token, or not one of this key. */
export class FernetError extends HubError {
  override readonly code = 'fernet';
}

/** Encrypted and signed texts as Python's `cryptography` writes them (https://github.com/fernet/spec). */
export class Fernet {
  readonly #signing: Buffer;
  readonly #encryption: Buffer;

  /** @param key 32 bytes: the first half signs, the second encrypts */
  constructor(key: Buffer) {
    if (key.length !== KEY_BYTES) throw new FernetError(`cannot use a key of ${key.length} bytes: because Fernet keys have ${KEY_BYTES}`);
    this.#signing = key.subarray(0, KEY_BYTES / 2);
    this.#encryption = key.subarray(KEY_BYTES / 2);
  }

  /**
   * @param now ms since the epoch, written into the token
   * @param iv 16 bytes that are used once
   * @returns URL-safe base64
   */
  encrypt(plain: Buffer, now = Date.now(), iv = randomBytes(BLOCK_BYTES)): string {
    const head = Buffer.alloc(1 + 8);
    head.writeUInt8(VERSION);
    head.writeBigUInt64BE(BigInt(Math.floor(now / 1000)), 1);
    const cipher = createCipheriv(CIPHER, this.#encryption, iv);
    const signed = Buffer.concat([head, iv, cipher.update(plain), cipher.final()]);
    const token = Buffer.concat([signed, this.#sign(signed)]).toString('base64url');
    return token.padEnd(Math.ceil(token.length / 4) * 4, '=');
  }

  /** @throws FernetError when it was not written with this key, or changed since; how old it is does not matter. */
  decrypt(token: string): Buffer {
    const bytes = Buffer.from(token, 'base64url');
    const signed = bytes.subarray(0, -SIGNATURE_BYTES);
    if (bytes[0] !== VERSION || signed.length < HEAD_BYTES + BLOCK_BYTES) throw new FernetError('cannot decrypt: because it is no Fernet token');
    // the signature first: how decryption fails must tell nothing about a text that somebody made up
    if (!timingSafeEqual(this.#sign(signed), bytes.subarray(-SIGNATURE_BYTES))) {
      throw new FernetError('cannot decrypt: because it was encrypted with another key, or changed since');
    }
    try {
      const decipher = createDecipheriv(CIPHER, this.#encryption, signed.subarray(HEAD_BYTES - BLOCK_BYTES, HEAD_BYTES));
      return Buffer.concat([decipher.update(signed.subarray(HEAD_BYTES)), decipher.final()]);
    } catch (error) {
      throw new FernetError('cannot decrypt: because its padding is wrong', { cause: error });
    }
  }

  #sign(bytes: Buffer): Buffer {
    return createHmac('sha256', this.#signing).update(bytes).digest();
  }
}
