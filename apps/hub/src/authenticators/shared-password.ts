import type { Authenticator, AuthModel, LoginAttempt } from './authenticator.js';
import { sameSecret } from './constant-time.js';
import { normalizeUsername } from './usernames.js';

export interface SharedPasswords {
  user_password: string | null;
  admin_password: string | null;
  password_groups: Readonly<Record<string, readonly string[]>>;
  admin_users: readonly string[];
  username_map: Record<string, string>;
}

/** One password for everybody and, for the names in `admin_users`, another one (reference hub-behaviour 4.4). */
export class SharedPasswordAuthenticator implements Authenticator {
  readonly hasForm = true;
  readonly tellsGroups = true;

  constructor(private readonly passwords: SharedPasswords) {}

  async authenticate({ username, password }: LoginAttempt): Promise<AuthModel | undefined> {
    const { user_password, admin_password } = this.passwords;
    const admin = this.#isAdmin(username);
    const expected = admin ? admin_password : user_password;
    if (expected !== null && sameSecret(password, expected)) return { name: username, admin, groups: [] };
    const groups = this.#groupsFor(password);
    // whose name is an admin's proves it with the admins' password alone
    return groups && !admin ? { name: username, groups } : undefined;
  }

  warnings(): string[] {
    const { user_password, admin_password, admin_users, password_groups } = this.passwords;
    const hasAny = user_password !== null || Object.keys(password_groups).length > 0;
    const warnings = hasAny ? [] : ['SharedPasswordAuthenticator.user_password is not set: only admins can log in'];
    if (admin_users.length > 0 && admin_password === null) warnings.push('SharedPasswordAuthenticator.admin_password is not set: no admin can log in');
    return warnings;
  }

  /** Whose account is meant decides, not how its name is typed. */
  #isAdmin(typed: string): boolean {
    const { admin_users, username_map } = this.passwords;
    const account = normalizeUsername(typed, { username_map });
    return admin_users.some((name) => name === account || normalizeUsername(name, { username_map }) === account);
  }

  /** Looks at all of them, so that the time taken does not tell which one it was. */
  #groupsFor(password: string): readonly string[] | undefined {
    const found = Object.entries(this.passwords.password_groups).filter(([expected]) => sameSecret(password, expected));
    return found[0]?.[1];
  }
}
