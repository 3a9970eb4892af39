import { Inject, Injectable } from '@nestjs/common';
import { authenticatorTraits } from '../authenticators/allowed.js';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import { toDbJson } from '../database/values.js';
import { StartupError } from '../errors.js';
import { Fernet, FernetError } from './fernet.js';

const KEY_VARIABLE = 'JUPYTERHUB_CRYPT_KEY';
const KEY_BYTES = 32;

/** A decrypted value. */
export interface Decrypted {
  value: unknown;
  /** Encrypted with a key that is on its way out: encrypt the value again. */
  outdated: boolean;
}

/** Encrypts what the authenticator learns about people; JupyterHub reads what it writes, and the other way round (reference hub-behaviour 6.3). */
@Injectable()
export class CryptKeeper {
  #keys?: Fernet[];

  constructor(@Inject(HUB_CONFIG) private readonly config: HubConfig) {}

  /** `Authenticator.enable_auth_state`. */
  get enabled(): boolean {
    return authenticatorTraits(this.config).enable_auth_state;
  }

  /** Encrypts a JSON value with the first key. */
  encrypt(value: unknown): Buffer {
    return Buffer.from(this.#fernets[0]!.encrypt(Buffer.from(toDbJson(value))), 'ascii');
  }

  /** @throws FernetError when no key fits, or what is in it is no JSON */
  decrypt(encrypted: Buffer): Decrypted {
    const token = encrypted.toString('ascii');
    for (const [index, fernet] of this.#fernets.entries()) {
      const plain = opened(fernet, token);
      if (plain !== undefined) return { value: parsed(plain), outdated: index > 0 };
    }
    throw new FernetError(`cannot decrypt: because none of the ${this.#fernets.length} keys fits`);
  }

  get #fernets(): readonly Fernet[] {
    return (this.#keys ??= cryptKeys(this.config, process.env).map((key) => new Fernet(key)));
  }
}

/**
 * The keys that auth state is kept with, 32 bytes each; none where it is not kept.
 * @throws StartupError when there is no key, or one that cannot be used
 */
export function cryptKeys(config: HubConfig, env: NodeJS.ProcessEnv): Buffer[] {
  if (!authenticatorTraits(config).enable_auth_state) return [];
  const keys = givenKeys(config, env);
  if (keys.length > 0) return keys;
  throw new StartupError(
    `cannot keep auth state (Authenticator.enable_auth_state): because there is no key to encrypt it with; ` +
      `set ${KEY_VARIABLE} in the hub's environment, to what "openssl rand -hex 32" prints`,
  );
}

/**
 * The keys of the config, or else of the environment, 32 bytes each.
 * @throws StartupError for one that cannot be used
 */
export function givenKeys(config: HubConfig, env: NodeJS.ProcessEnv): Buffer[] {
  const configured = config.CryptKeeper.keys;
  const source = configured.length > 0 ? 'CryptKeeper.keys' : KEY_VARIABLE;
  const given = configured.length > 0 ? configured : (env[KEY_VARIABLE] ?? '').split(';');
  return given.filter((key) => key.trim() !== '').map((key, index) => keyBytes(key.trim(), `key ${index + 1} of ${source}`));
}

/** A key in one of the forms that JupyterHub takes: 64 hex digits, 44 characters of base64, or 32 characters as they are. */
function keyBytes(key: string, name: string): Buffer {
  const forms = [
    ...(/^[0-9a-f]{64}$/i.test(key) ? [Buffer.from(key, 'hex')] : []),
    ...(/^[\w+/-]{43}=$/.test(key) ? [Buffer.from(key, 'base64')] : []),
    Buffer.from(key, 'utf8'),
  ];
  const bytes = forms.find((form) => form.length === KEY_BYTES);
  if (bytes) return bytes;
  throw new StartupError(`cannot use ${name}: because keys are ${KEY_BYTES} bytes, written as 64 hex digits or 44 characters of base64`);
}

/** What a token holds, if it was written with this key. */
export function opened(fernet: Fernet, token: string): Buffer | undefined {
  try {
    return fernet.decrypt(token);
  } catch (error) {
    if (error instanceof FernetError) return undefined;
    throw error;
  }
}

function parsed(plain: Buffer): unknown {
  try {
    return JSON.parse(plain.toString('utf8'));
  } catch (error) {
    throw new FernetError('cannot read what was decrypted: because it is no JSON', { cause: error });
  }
}
