import { LoginRefusedError } from '../../errors.js';
import type { OAuthTraits } from './oauth-traits.js';
import type { UserInfo } from './preset.js';

/** Whether the provider has verified the e-mail address, in the spellings that providers have for it; undefined when it does not say. */
export function isVerified({ email_verified, verified_email }: UserInfo): boolean | undefined {
  const said = email_verified ?? verified_email;
  return said === undefined || said === null ? undefined : said === true || said === 'true';
}

/**
 * @param isVouchedFor whether silence is good enough
 * @throws LoginRefusedError
 */
export function requireVerifiedEmail(userInfo: UserInfo, traits: Pick<OAuthTraits, 'allow_unverified_email' | 'login_service'>, isVouchedFor = false): void {
  const verified = isVerified(userInfo);
  if (traits.allow_unverified_email || verified === true || (verified === undefined && isVouchedFor)) return;
  const { login_service } = traits;
  const cause = new Error('OAuthenticator.allow_unverified_email is false');
  if (verified === undefined) throw new LoginRefusedError(`${login_service} does not say whether it has verified your e-mail address, which names you here.`, { cause });
  throw new LoginRefusedError(`${login_service} has not verified your e-mail address. Have it verified there, and log in again.`, { cause });
}
