import { z } from 'zod';
import { flag, list, set, text, url } from '../traits.js';
import { localAuthenticatorTraits } from './authenticator.js';
import { claim, oauthenticatorTraits } from './oauthenticator.js';

/** Groups by domain: {example.org: [staff]}. */
const byDomain = (help: string) => z.record(z.string(), z.array(z.string())).default({}).describe(help);

/** One value by domain. */
const oneByDomain = (help: string) => z.record(z.string(), z.string()).default({}).describe(help);

/** One text, or a list of them. */
const oneOrMore = (help: string) =>
  z
    .union([z.array(z.string()), z.string()])
    .transform((given) => [given].flat().filter(Boolean))
    .default([])
    .describe(help);

const derivation = z.discriminatedUnion('action', [
  z.strictObject({ username_claim: z.string().min(1), action: z.literal('strip_idp_domain'), domain: z.string().min(1) }),
  z.strictObject({ username_claim: z.string().min(1), action: z.literal('prefix'), prefix: z.string().min(1) }),
  z.strictObject({ username_claim: z.string().min(1), action: z.undefined().optional() }),
]);

const identityProvider = z.strictObject({
  username_derivation: derivation,
  default: z.boolean().default(false),
  allow_all: z.boolean().default(false),
  allowed_domains: z.array(z.string()).default([]),
  allowed_domains_claim: z.string().default('email'),
});

const ENTITY = /^(https?:\/\/|urn:)/;

const idps = z
  .record(z.string(), identityProvider)
  .refine((given) => Object.keys(given).every((id) => ENTITY.test(id)), 'has to name identity providers by their EntityID, from https://cilogon.org/idplist/')
  .default({})
  .describe('Identity providers by which people may log in, by EntityID: {ID: {username_derivation: {username_claim: email}, allow_all: true}}.');

const github = {
  ...oauthenticatorTraits,
  username_claim: claim('login', 'What names people are known by.'),
  github_url: url('', 'Address of GitHub Enterprise Server; $GITHUB_URL or https://github.com unless set.'),
  github_api: url('', 'Address of its API.'),
  allowed_organizations: set('Organizations, or teams as ORGANIZATION:TEAM, whose members may log in; private membership takes the scope read:org.'),
  populate_teams_in_auth_state: flag(false, 'Keep the teams of people in auth_state: takes the scope read:org.'),
};

const gitlab = {
  ...oauthenticatorTraits,
  gitlab_url: url('', 'Address of GitLab; $GITLAB_URL or https://gitlab.com unless set.'),
  gitlab_api: url('', 'Address of its API.'),
  gitlab_api_version: z.union([z.string(), z.number()]).transform(String).default('').describe('Version of its API; $GITLAB_API_VERSION or 4 unless set.'),
  allowed_gitlab_groups: set('Groups whose members may log in, as in their addresses: group/subgroup.'),
  allowed_project_ids: z
    .array(z.union([z.string(), z.number()]).transform(String))
    .default([])
    .describe('Ids of projects whose developers, and those above them, may log in.'),
};

const google = {
  ...oauthenticatorTraits,
  scope: list(['openid', 'email'], 'What is asked for at Google.'),
  username_claim: claim('email', 'What names people are known by.'),
  hosted_domain: oneOrMore('Organizations of Google, by domain, of which people have to be members; $HOSTED_DOMAIN unless set.'),
  allowed_hosted_domains: oneOrMore('Organizations of Google, by domain, whose members may log in.'),
  strip_domain: z.boolean().optional().describe('Leave the domain out of names, where it is one of hosted_domain; true for at most one of them, unless set.'),
  google_api_url: url('', 'Address of the API; $GOOGLE_API_URL or https://www.googleapis.com unless set.'),
  allowed_google_groups: byDomain('Groups whose members may log in: {DOMAIN: [GROUP]}.'),
  admin_google_groups: byDomain('Groups whose members are admins: {DOMAIN: [GROUP]}.'),
  google_service_account_keys: oneByDomain('Files with the keys of service accounts that may read groups: {DOMAIN: FILE}.'),
  gsuite_administrator: oneByDomain('Whom a service account stands for: {DOMAIN: NAME}.'),
  include_nested_groups: flag(false, 'Count members of groups within groups.'),
};

const globus = {
  ...oauthenticatorTraits,
  scope: list(['openid', 'profile', 'urn:globus:auth:scope:transfer.api.globus.org:all'], 'What is asked for at Globus.'),
  username_claim: claim('preferred_username', 'What names people are known by, without what follows @.'),
  identity_provider: text('', 'Domain of the institution by which people have to log in; $IDENTITY_PROVIDER unless set.'),
  username_from_email: flag(false, 'Know people by their e-mail address instead.'),
  allowed_globus_groups: set('Ids of groups whose members may log in.'),
  admin_globus_groups: set('Ids of groups whose members are admins.'),
  globus_groups_url: url('https://groups.api.globus.org/v2/groups/my_groups', 'Where the groups of somebody are asked for.'),
  exclude_tokens: list(['auth.globus.org'], 'Services whose tokens are not kept in auth_state.'),
  revoke_tokens_on_logout: flag(false, 'Revoke tokens when somebody logs out.'),
  revocation_url: url('', 'Where tokens are revoked.'),
};

const openshift = {
  ...oauthenticatorTraits,
  scope: list(['user:info'], 'What is asked for at OpenShift.'),
  username_claim: claim('name', 'What names people are known by, of the metadata of their account.'),
  openshift_url: url('', 'Address of the cluster; $OPENSHIFT_URL or its name within the cluster unless set.'),
  openshift_auth_api_url: url('', 'Address of its OAuth server; the cluster tells it unless set.'),
  openshift_rest_api_url: url('', 'Address of its API; $OPENSHIFT_REST_API_URL or openshift_url unless set.'),
  ca_certs: text('', 'File with the certificates by which the cluster is known; that of the service account unless set.'),
};

/** The classes of providers; each takes over `OAuthenticator`. */
export const oauthPresetTraits = {
  GenericOAuthenticator: oauthenticatorTraits,
  Auth0OAuthenticator: {
    ...oauthenticatorTraits,
    scope: list(['openid', 'email'], 'What is asked for at Auth0.'),
    username_claim: claim('email', 'What names people are known by.'),
    auth0_domain: text('', 'Domain of the tenant, such as NAME.eu.auth0.com; $AUTH0_DOMAIN unless set.'),
    auth0_subdomain: text('', 'NAME, for the domain NAME.auth0.com; $AUTH0_SUBDOMAIN unless set.'),
  },
  AzureAdOAuthenticator: {
    ...oauthenticatorTraits,
    scope: list(['openid'], 'What is asked for at Microsoft.'),
    username_claim: claim('name', 'What names people are known by. They can change their name: preferred_username or oid are better.'),
    userdata_from_id_token: flag(true, 'Take who somebody is from the ID token.'),
    tenant_id: text('', 'Id of the tenant; $AAD_TENANT_ID unless set.'),
    graph_url: url('https://login.microsoftonline.com', 'Address of Microsoft Entra ID, for its national clouds.'),
  },
  BitbucketOAuthenticator: {
    ...oauthenticatorTraits,
    allowed_teams: set('Workspaces whose members may log in, as in their addresses.'),
  },
  CILogonOAuthenticator: {
    ...oauthenticatorTraits,
    scope: list(['openid', 'email', 'org.cilogon.userinfo', 'profile'], 'What is asked for at CILogon.'),
    cilogon_host: text('', 'Its host; $CILOGON_HOST or cilogon.org unless set.'),
    idps,
    skin: text('', 'How its page looks.'),
  },
  GitHubOAuthenticator: github,
  GitLabOAuthenticator: gitlab,
  GlobusOAuthenticator: globus,
  GoogleOAuthenticator: google,
  OpenShiftOAuthenticator: openshift,
};

type Presets = typeof oauthPresetTraits;

/** A preset, and the accounts of this machine. */
const withLocalAccounts = <T extends object>(traits: T) => ({ ...localAuthenticatorTraits, ...traits });

/** The same for people who have, or get, an account on this machine. */
export const localOAuthPresetTraits = Object.fromEntries(
  Object.entries(oauthPresetTraits).map(([name, traits]) => [`Local${name}`, withLocalAccounts(traits)]),
) as { [K in keyof Presets as `Local${K}`]: typeof localAuthenticatorTraits & Presets[K] };
