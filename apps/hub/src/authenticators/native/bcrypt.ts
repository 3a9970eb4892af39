import { promisify } from 'node:util';
import { UnavailableError } from '../../errors.js';
import { sameSecret } from '../constant-time.js';
import { InTurn } from '../in-turn.js';

/** What crypt_rn(3) of libxcrypt needs to work in: `sizeof(struct crypt_data)`. */
const CRYPT_DATA_BYTES = 32_768;
const BCRYPT = /^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/;

type CryptRn = (phrase: string, setting: string, data: Buffer, size: number) => Promise<string | null>;

let crypt: Promise<CryptRn> | undefined;
/** It runs on threads that the database needs too, once for each account that came from elsewhere. */
const turns = new InTurn(1);

/** Whether a hash is one of bcrypt's, as JupyterHub's nativeauthenticator stores them. */
export const isBcrypt = (stored: string): boolean => BCRYPT.test(stored);

/**
 * Compares with the system's libcrypt.
 * @throws UnavailableError where there is none, or one that does not know bcrypt
 */
export async function bcryptFits(password: string, stored: string): Promise<boolean> {
  // a NUL would end the password early for the C library
  if (password.includes('\0')) return false;
  const hash = await (crypt ??= loadLibrary());
  // held until the end: the library works in it on another thread
  const data = Buffer.alloc(CRYPT_DATA_BYTES);
  const found = await turns.run(() => hash(password, stored, data, data.length));
  data.fill(0);
  if (found === null) throw new UnavailableError('cannot check a password: because libcrypt does not know bcrypt; set a new one with: elara native set-password');
  return sameSecret(found, stored);
}

async function loadLibrary(): Promise<CryptRn> {
  const { default: koffi } = await import('koffi');
  try {
    const crypt_rn = koffi.load('libcrypt.so.1').func('const char *crypt_rn(const char *phrase, const char *setting, void *data, int size)');
    return promisify(crypt_rn.async) as CryptRn;
  } catch (error) {
    crypt = undefined;
    throw new UnavailableError('cannot check a password: because libcrypt.so.1 cannot be loaded; install the package libcrypt1, or set a new one with: elara native set-password', { cause: error });
  }
}
