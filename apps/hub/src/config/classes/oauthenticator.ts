import { z } from 'zod';
import type { AuthStateGroups, ModifyAuthStateHook, RefreshUserHook, UsernameClaim } from '../hooks/functions.js';
import { callable, flag, list, secret, set, text, url } from '../traits.js';
import { authenticatorTraits } from './authenticator.js';

/** Name of a claim, or a function of what the provider tells of somebody. */
export const claim = (initial: string, help: string) => z.union([callable<UsernameClaim>('UsernameClaim'), z.string()]).default(initial).describe(help);

/** Where in auth_state the groups are: names with dots between them, or a function of it. */
const groupsKey = (help: string) => z.union([callable<AuthStateGroups>('AuthStateGroups'), z.string()]).default('').describe(help);

/** Arguments of a request. */
const parameters = (help: string) =>
  z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String))
    .default({})
    .describe(help);

const requests = z.strictObject({
  ca_certs: z.string(),
  client_cert: z.string(),
  client_key: z.string(),
  connect_timeout: z.number().positive(),
  request_timeout: z.number().positive(),
  validate_cert: z.boolean(),
});

const SORRY = 'Sorry, you are not currently authorized to use this hub. Please contact the hub administrator.';

/** `OAuthenticator.*`: what holds for every provider (reference hub-behaviour 4.5). */
export const oauthenticatorTraits = {
  ...authenticatorTraits,
  client_id: text('', 'What the provider knows the hub by; $PROVIDER_CLIENT_ID or $OAUTH_CLIENT_ID unless set.'),
  client_secret: secret(z.string().default('').describe('The secret that belongs to it; $PROVIDER_CLIENT_SECRET or $OAUTH_CLIENT_SECRET unless set.')),
  oauth_callback_url: url('', 'Where the provider sends people back to: https://HOST/hub/oauth_callback; guessed from the request unless set.'),
  issuer: url('', 'Address of an OpenID provider, by which its endpoints and keys are found; identities are then verified by its signatures.'),
  authorize_url: url('', 'Where people are sent to log in; that of the provider unless set.'),
  token_url: url('', 'Where codes are exchanged for tokens; that of the provider unless set.'),
  userdata_url: url('', 'Where the provider tells who somebody is; that of the provider unless set.'),
  userdata_from_id_token: flag(false, 'Take who somebody is from the ID token, whose signature is checked: needs issuer.'),
  userdata_params: parameters('Further arguments of the request to userdata_url.'),
  userdata_token_method: z.enum(['header', 'url']).optional().describe('How the token goes to userdata_url: header, or url for providers that know no better.'),
  username_claim: claim('', 'What names people are known by: a claim, or a function of a JavaScript config that gets all of them.'),
  allow_unverified_email: flag(false, 'Take e-mail addresses for names that the provider has not verified.'),
  scope: list([], 'What is asked for at the provider.'),
  allowed_scopes: set('People to whom the provider has granted all of these may log in; each has to stand in scope.'),
  allow_existing_users: z.boolean().optional().describe('Let people in who are in the database.'),
  allowed_groups: set('Groups of the provider whose members may log in: needs manage_groups.'),
  admin_groups: set('Groups of the provider whose members are admins, and nobody else but admin_users: needs manage_groups.'),
  auth_state_groups_key: groupsKey('Where groups are found in auth_state, such as oauth_user.groups: needs manage_groups.'),
  login_service: text('', 'What the button on the login page calls the provider.'),
  enable_pkce: flag(true, 'Protect codes by PKCE (RFC 7636).'),
  basic_auth: z.boolean().optional().describe('Send client_id and client_secret in the Authorization header instead of in the body.'),
  token_params: secret(parameters('Further arguments of requests to token_url.')),
  extra_authorize_params: parameters('Further arguments of the address to which people are sent.'),
  validate_server_cert: z.boolean().optional().describe('Check certificates of the provider, and speak http to this machine only.'),
  http_request_kwargs: requests.partial().default({}).describe('Deadlines in seconds and certificates for requests to the provider.'),
  logout_redirect_url: url('', 'Where people are sent after they have logged out here, to log out there; $OAUTH_LOGOUT_REDIRECT_URL unless set.'),
  custom_403_message: text(SORRY, 'What people are told who may not come in.'),
  refresh_pre_spawn: z.boolean().optional().describe('Check the login again before a server starts; true with enable_auth_state, unless set.'),
  modify_auth_state_hook: callable<ModifyAuthStateHook>('ModifyAuthStateHook')
    .optional()
    .describe('Function of a JavaScript config that changes what is kept of a login.'),
  refresh_user_hook: callable<RefreshUserHook>('RefreshUserHook')
    .optional()
    .describe('Function of a JavaScript config that decides whether a login still holds: ({ name, authState }) => true, false, a model, or null to have it looked up.'),
};
