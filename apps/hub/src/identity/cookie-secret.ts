import { randomBytes } from 'node:crypto';
import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { StartupError } from '../errors.js';

const OTHERS = 0o007;

/**
 * The key that signs cookies: from the config, the environment (`JPY_COOKIE_SECRET`, hex) or the file, which is made when
 * missing (reference hub-behaviour 5.3).
 * @throws StartupError when the file can be read by everybody, or is no key.
 */
export async function loadCookieSecret(hub: { cookie_secret?: string; cookie_secret_file: string }): Promise<Buffer> {
  const given = hub.cookie_secret || process.env.JPY_COOKIE_SECRET;
  return given ? fromHex(given, 'JupyterHub.cookie_secret') : readOrCreate(path.resolve(hub.cookie_secret_file));
}

async function readOrCreate(file: string): Promise<Buffer> {
  try {
    const { mode } = await stat(file);
    if (mode & OTHERS) {
      throw new StartupError(`cannot use the cookie secret ${file}: because everybody on this machine may read it; run: chmod 600 ${file}`);
    }
    return fromText((await readFile(file, 'utf8')).trim(), file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return create(file);
    if (error instanceof StartupError) throw error;
    throw new StartupError(`cannot read the cookie secret ${file}: because ${(error as Error).message}`, { cause: error });
  }
}

async function create(file: string): Promise<Buffer> {
  const secret = randomBytes(32);
  try {
    await writeFile(file, `${secret.toString('hex')}\n`, { mode: 0o600 });
    await chmod(file, 0o600);
  } catch (error) {
    throw new StartupError(`cannot write the cookie secret ${file}: because ${(error as Error).message}`, { cause: error });
  }
  return secret;
}

/** Old JupyterHub versions wrote base64 instead of hex. */
function fromText(text: string, where: string): Buffer {
  return /^[0-9a-f]+$/i.test(text) ? fromHex(text, where) : Buffer.from(text, 'base64');
}

function fromHex(text: string, where: string): Buffer {
  if (!/^([0-9a-f]{2}){16,}$/i.test(text)) {
    throw new StartupError(`cannot use the cookie secret of ${where}: because it is not at least 32 hexadecimal digits; make one with: openssl rand -hex 32`);
  }
  return Buffer.from(text, 'hex');
}
