import type { Authenticator, AuthModel, LoginAttempt } from './authenticator.js';
import { sameSecret } from './constant-time.js';

export interface SharedPasswords {
  user_password: string | null;
  admin_password: string | null;
  admin_users: readonly string[];
}

/** One password for everybody and, for the names in `admin_users`, another one (reference hub-behaviour 4.4). */
export class SharedPasswordAuthenticator implements Authenticator {
  readonly hasForm = true;

  constructor(private readonly passwords: SharedPasswords) {}

  async authenticate({ username, password }: LoginAttempt): Promise<AuthModel | undefined> {
    const { user_password, admin_password, admin_users } = this.passwords;
    const admin = admin_users.includes(username.toLowerCase());
    const expected = admin ? admin_password : user_password;
    return expected !== null && sameSecret(password, expected) ? { name: username, admin } : undefined;
  }

  warnings(): string[] {
    const { user_password, admin_password, admin_users } = this.passwords;
    const warnings = user_password === null ? ['SharedPasswordAuthenticator.user_password is not set: only admins can log in'] : [];
    if (admin_users.length > 0 && admin_password === null) warnings.push('SharedPasswordAuthenticator.admin_password is not set: no admin can log in');
    return warnings;
  }
}
