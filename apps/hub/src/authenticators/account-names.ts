import type { HubConfig } from '../config/schema.js';
import { allowsEverybody, authenticatorTraits } from './allowed.js';
import type { Authenticator } from './authenticator.js';
import { normalizeUsername } from './usernames.js';

/** What decides how names are spelled. */
export interface Spelling {
  config: HubConfig;
  authenticator: Pick<Authenticator, 'normalize'>;
}

/** The account that is meant by a name, whichever way somebody, or the config, spells it. */
export function accountName(typed: string, { config, authenticator }: Spelling): string {
  return authenticator.normalize?.(typed) ?? normalizeUsername(typed, authenticatorTraits(config));
}

/** Whether a list of the config names this account: JupyterHub normalises such lists at its start (reference hub-behaviour 4.1). */
export function isListed(names: readonly string[], account: string, spelling: Spelling): boolean {
  return names.includes(account) || names.some((name) => accountName(name, spelling) === account);
}

/**
 * Whether the config lets an account in by its name, or everybody.
 * @param isUser whether it is in the database; asked only where that counts
 */
export async function isLetIn(account: string, spelling: Spelling, isUser: () => Promise<boolean>): Promise<boolean> {
  const { allowed_users, admin_users, allow_existing_users } = authenticatorTraits(spelling.config);
  return (
    allowsEverybody(spelling.config) ||
    isListed(allowed_users, account, spelling) ||
    // as in JupyterHub, a list of names to allow is taken to include the admins
    (allowed_users.length > 0 && isListed(admin_users, account, spelling)) ||
    (allow_existing_users && (await isUser()))
  );
}
