import type { HubConfig } from '../../config/schema.js';
import { isCommon } from './common-passwords.js';

type Rules = Pick<HubConfig['NativeAuthenticator'], 'minimum_password_length' | 'check_common_password'>;

/** Longer ones are nobody's password, and cost whoever hashes them. */
export const LONGEST_PASSWORD = 1024;

/**
 * What is wrong with a new password, for the person who chose it; undefined when it is good. As NIST SP 800-63B has it, length and being
 * none of the first to be tried is what counts, and not which kinds of characters are in it.
 */
export function passwordProblem(password: string, username: string, rules: Rules): string | undefined {
  const length = [...password.normalize('NFC')].length;
  if (length < rules.minimum_password_length) return `A password here has at least ${rules.minimum_password_length} characters.`;
  if (length > LONGEST_PASSWORD) return `A password has at most ${LONGEST_PASSWORD} characters.`;
  if (password.includes('\0')) return 'A password has no such characters.';
  if (rules.check_common_password && isCommon(password, username)) return 'This password is one of the first that are tried by those who guess. Choose another one: a few words that do not belong together, for example.';
  return undefined;
}
