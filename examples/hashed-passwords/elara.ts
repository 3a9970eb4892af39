import { scrypt, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { defineConfig, UnavailableError, type Authenticator, type AuthModel, type LoginAttempt } from 'elara/config';

const FILE = fileURLToPath(new URL('passwords.json', import.meta.url));

const hashed = promisify<string, Buffer, number, Buffer>(scrypt);

/** What nobody's password comes to: a name that there is not costs as much time as one that there is. */
const NOBODY = `${'0'.repeat(32)}:${'0'.repeat(64)}`;

/** People and their passwords in a file: {name: SALT:HASH}, as hash-password.mjs prints it. */
class DictionaryAuthenticator implements Authenticator {
  readonly hasForm = true;

  async authenticate({ username, password }: LoginAttempt): Promise<AuthModel | undefined> {
    const name = username.toLowerCase();
    const [salt = '', hash = ''] = ((await this.passwords()).get(name) ?? NOBODY).split(':');
    const expected = Buffer.from(hash, 'hex');
    const given = await hashed(password, Buffer.from(salt, 'hex'), expected.length);
    return timingSafeEqual(given, expected) ? { name } : undefined;
  }

  warnings(): string[] {
    return [];
  }

  /** Read with every login, so that a change counts at once. */
  async passwords(): Promise<Map<string, string>> {
    try {
      return new Map(Object.entries(JSON.parse(await readFile(FILE, 'utf8')) as Record<string, string>));
    } catch (cause) {
      throw new UnavailableError('cannot check passwords: because their file cannot be read', { cause });
    }
  }
}

export default defineConfig({
  JupyterHub: { bind_url: 'http://127.0.0.1:8000', authenticator_class: DictionaryAuthenticator, spawner_class: 'simple' },
  Authenticator: { allow_all: true, admin_users: ['ada'] },
  SimpleLocalProcessSpawner: { home_dir_template: 'var/home/{username}' },
});
