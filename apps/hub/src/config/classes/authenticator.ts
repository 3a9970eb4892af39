import { z } from 'zod';
import type { PostAuthHook } from '../hooks/functions.js';
import { flag, hook, integer, list, pattern, seconds, secret, set, text } from '../traits.js';

/** `Authenticator.*`: what holds for every way to log in. */
export const authenticatorTraits = {
  allow_all: flag(false, 'Let everyone in who can prove who they are.'),
  allowed_users: set('Names of people who may log in.'),
  allow_existing_users: z
    .boolean()
    .optional()
    .describe('Let people in who are in the database; true when allowed_users is not empty, unless set.'),
  blocked_users: set('Names of people who may not log in; their servers, roles and groups are taken away at start.'),
  admin_users: set('Names of people who are admins. They also need to be allowed in.'),
  username_map: z.record(z.string(), z.string()).default({}).describe('Names that stand for others: {typed: real}.'),
  username_pattern: pattern('', 'Regular expression that names have to match from their start.'),
  delete_invalid_users: flag(false, 'Remove people from the database whose account is gone.'),
  enable_auth_state: flag(false, 'Keep what the authenticator learns, encrypted with the key in JUPYTERHUB_CRYPT_KEY.'),
  auth_refresh_age: seconds(300, 'Seconds after which a login is checked again; 0 for never.'),
  refresh_pre_spawn: flag(false, 'Check the login again before a server starts.'),
  refresh_pre_stop: flag(false, 'Check the login again before a server stops.'),
  login_service: text('', 'What people log in with elsewhere, at login_url: the form gives way to a button that names it.'),
  login_url: z
    .string()
    .regex(/^$|^https?:\/\/|^\/(?!\/)/, 'expected an address or a path')
    .default('')
    .describe('The page at which people log in, when it is not the form of the hub.'),
  custom_html: text('', 'HTML in the place of the form, a template with the variables of login.html.'),
  auto_login: flag(false, 'Skip the login page and send people to login_url.'),
  auto_login_oauth2_authorize: flag(false, 'The same, when a server or service sends someone to log in.'),
  manage_groups: flag(false, 'Groups come from the authenticator.'),
  manage_roles: flag(false, 'Roles come from the authenticator.'),
  reset_managed_roles_on_startup: flag(false, 'Forget the roles that the authenticator gave, at every start.'),
  request_otp: flag(false, 'Ask for a one-time password on the login page.'),
  otp_prompt: text('OTP:', 'What the field of the one-time password is called.'),
  post_auth_hook: hook<PostAuthHook>('PostAuthHook', 'Function of a JavaScript config that sees everybody who may come in: (model, { address }) => model, or null to refuse.'),
};

/** `LocalAuthenticator.*`: people who have an account on this machine. */
export const localAuthenticatorTraits = {
  create_system_users: flag(false, 'Make the account of a person who has none.'),
  add_user_cmd: list(
    ['adduser', '-q', '--gecos', '""', '--disabled-password'],
    'Command that makes an account; USERNAME is replaced, and the name is added at the end.',
  ),
  uids: z.record(z.string(), z.number().int().min(0)).default({}).describe('User ids of accounts to be made: {name: uid}.'),
  allowed_groups: set('Groups of this machine whose members may log in.'),
};

/** `PAMAuthenticator.*`: the passwords of this machine. */
export const pamAuthenticatorTraits = {
  service: text('login', 'Name of the PAM service, a file in /etc/pam.d.'),
  encoding: z.enum(['utf8', 'latin1']).default('utf8').describe('Encoding of passwords: utf8 or latin1.'),
  check_account: flag(true, 'Also ask PAM whether the account may be used now.'),
  open_sessions: flag(false, 'Open a PAM session for every server.'),
  admin_groups: set('Groups of this machine whose members are admins.'),
  pam_normalize_username: flag(false, 'Use the name as the system spells it, instead of in lower case.'),
  executor_threads: integer(4, 'Most logins that PAM checks at a time.', 1),
};

/** `DummyAuthenticator.*`: for trying things out. */
export const dummyAuthenticatorTraits = {
  password: secret(z.string().default('').describe('Password of everybody; every password is right when it is empty.')),
};

const password = (min: number, help: string) =>
  secret(z.string().min(min, `expected at least ${min} characters`).nullable().default(null).describe(help));

/** `SharedPasswordAuthenticator.*`: one password for all, another for admins. */
export const sharedPasswordAuthenticatorTraits = {
  user_password: password(8, 'Password of everybody, at least 8 characters.'),
  admin_password: password(32, 'Password of admins, at least 32 characters.'),
  password_groups: secret(
    z
      .record(z.string(), z.array(z.string()))
      .default({})
      .describe('Passwords that also make someone a member of groups: {PASSWORD: [group]}.'),
  ),
};
