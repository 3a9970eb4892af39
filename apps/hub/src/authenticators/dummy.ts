import type { Authenticator, AuthModel, LoginAttempt } from './authenticator.js';
import { sameSecret } from './constant-time.js';

/** Lets anybody in under any name, with one password or none: for trying things out. */
export class DummyAuthenticator implements Authenticator {
  readonly hasForm = true;

  constructor(private readonly password: string) {}

  async authenticate({ username, password }: LoginAttempt): Promise<AuthModel | undefined> {
    const welcome = this.password === '' || sameSecret(password, this.password);
    return welcome ? { name: username } : undefined;
  }

  warnings(): string[] {
    return ['Using testing authenticator DummyAuthenticator: anybody who knows its password may be anybody'];
  }
}
