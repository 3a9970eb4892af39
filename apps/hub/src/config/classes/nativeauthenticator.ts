import { z } from 'zod';
import { flag, integer, text } from '../traits.js';

/** `NativeAuthenticator.*`: accounts of the hub's own, for which people sign up. */
export const nativeAuthenticatorTraits = {
  enable_signup: flag(true, 'Let people sign up; otherwise admins make the accounts.'),
  open_signup: flag(false, 'Who signs up under a name that nobody has is let in at once; otherwise an admin decides.'),
  minimum_password_length: integer(8, 'Shortest password that is accepted, in characters.', 1),
  check_common_password: flag(true, 'Refuse passwords that are among the first to be tried.'),
  ask_email_on_signup: flag(false, 'Ask for an e-mail address when people sign up.'),
  tos: text('', 'What people have to accept to sign up, as HTML beside a box to tick; empty for nothing.'),
  allow_2fa: flag(true, 'Let people protect their account with one-time codes; who has done so is asked for a code either way.'),
  password_hash_cost: z
    .number()
    .int()
    .min(14)
    .max(20)
    .default(15)
    .describe('How costly hashes of passwords are, as the power of two that scrypt calls N: 15 takes 32 MiB and about 0.08 seconds, each step twice that.'),
};
