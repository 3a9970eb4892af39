import type { Authenticator } from './authenticator.js';

/** Nobody logs in; only API tokens give access. */
export class NullAuthenticator implements Authenticator {
  readonly hasForm = false;

  async authenticate(): Promise<undefined> {
    return undefined;
  }

  warnings(): string[] {
    return [];
  }
}
