import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ConfigError } from './config-error.js';
import { loadConfig } from './load-config.js';
import { masked } from './masked.js';
import { OAUTH_CLASSES, type OAuthDriverName } from './oauth-classes.js';
import { hubConfigSchema } from './schema.js';

const folder = mkdtempSync(join(tmpdir(), 'elara-oauth-config-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

const PROVIDERS_ENV = /^(OAUTH2?_|GITHUB_|GITLAB_|GOOGLE_|BITBUCKET_|CILOGON_|AUTH0_|AAD_|OPENSHIFT_|HOSTED_DOMAIN|IDENTITY_PROVIDER|LOGIN_SERVICE)/;
beforeEach(() => {
  for (const name of Object.keys(process.env)) if (PROVIDERS_ENV.test(name)) vi.stubEnv(name, undefined);
});

/** The keys of a provider's class. */
function traitsOf<N extends keyof typeof OAUTH_CLASSES>(name: N, traits: Record<string, unknown> = {}) {
  const className = OAUTH_CLASSES[name];
  return hubConfigSchema.parse({ [className]: traits })[className] as unknown as Record<string, unknown>;
}

async function problemsOf(sections: Record<string, Record<string, unknown>>): Promise<string[]> {
  const file = join(folder, 'elara.json');
  writeFileSync(file, JSON.stringify(sections));
  const error: unknown = await loadConfig({ file }).catch((thrown: unknown) => thrown);
  if (error instanceof Error) return (error as ConfigError).problems.map(({ key, message }) => `${key}: ${message}`);
  return [];
}

describe('what the config leaves open', () => {
  it('is known of each provider', () => {
    expect(traitsOf('github')).toMatchObject({ authorize_url: 'https://github.com/login/oauth/authorize', token_url: 'https://github.com/login/oauth/access_token', userdata_url: 'https://api.github.com/user', username_claim: 'login', login_service: 'GitHub', issuer: '' });
    expect(traitsOf('github', { github_url: 'https://git.example.org/' })).toMatchObject({ github_url: 'https://git.example.org', userdata_url: 'https://git.example.org/api/v3/user' });
    expect(traitsOf('gitlab')).toMatchObject({ authorize_url: 'https://gitlab.com/oauth/authorize', userdata_url: 'https://gitlab.com/api/v4/user', username_claim: 'username', issuer: '' });
    expect(traitsOf('gitlab', { scope: ['openid'], gitlab_url: 'https://git.example.org/' })).toMatchObject({ issuer: 'https://git.example.org', token_url: 'https://git.example.org/oauth/token' });
    expect(traitsOf('google')).toMatchObject({ issuer: 'https://accounts.google.com', token_url: 'https://www.googleapis.com/oauth2/v4/token', scope: ['openid', 'email'], username_claim: 'email', strip_domain: true });
    expect(traitsOf('google', { hosted_domain: ['A.edu', 'b.edu'] })).toMatchObject({ hosted_domain: ['a.edu', 'b.edu'], strip_domain: false });
    expect(traitsOf('auth0', { auth0_domain: 'x.eu.auth0.com' })).toMatchObject({ issuer: 'https://x.eu.auth0.com/', authorize_url: 'https://x.eu.auth0.com/authorize', userdata_url: 'https://x.eu.auth0.com/userinfo' });
    expect(traitsOf('auth0', { auth0_subdomain: 'x' })).toMatchObject({ issuer: 'https://x.auth0.com/' });
    expect(traitsOf('azuread', { tenant_id: 't-1' })).toMatchObject({ token_url: 'https://login.microsoftonline.com/t-1/oauth2/token', userdata_from_id_token: true, username_claim: 'name' });
    expect(traitsOf('cilogon', { scope: ['email'] })).toMatchObject({ issuer: 'https://cilogon.org', scope: ['email', 'openid', 'org.cilogon.userinfo'] });
    expect(traitsOf('globus', { username_from_email: true, allowed_globus_groups: ['g'] }).scope).toEqual(expect.arrayContaining(['email', 'urn:globus:auth:scope:groups.api.globus.org:view_my_groups_and_memberships']));
    expect(traitsOf('bitbucket')).toMatchObject({ userdata_url: 'https://api.bitbucket.org/2.0/user' });
    expect(traitsOf('openshift')).toMatchObject({ authorize_url: '', userdata_url: 'https://openshift.default.svc.cluster.local/apis/user.openshift.io/v1/users/~' });
    expect(traitsOf('openshift', { openshift_auth_api_url: 'https://oauth.example.org' })).toMatchObject({ authorize_url: 'https://oauth.example.org/oauth/authorize' });
  });

  it('comes from the environment, under the names that JupyterHub reads', () => {
    for (const [name, value] of Object.entries({
      OAUTH_CLIENT_ID: 'common', OAUTH_CLIENT_SECRET: 's3cret', GITHUB_CLIENT_ID: 'of-github', OAUTH_CALLBACK_URL: 'https://hub/cb', OAUTH2_AUTHORIZE_URL: 'https://p/a', OAUTH2_TOKEN_URL: 'https://p/t',
      OAUTH2_USERDATA_URL: 'https://p/u', OAUTH2_USERNAME_KEY: 'nick', OAUTH2_BASIC_AUTH: '1', OAUTH2_USERDATA_REQUEST_TYPE: 'url', OAUTH_TLS_VERIFY: '0', OAUTH_LOGOUT_REDIRECT_URL: 'https://p/out', OAUTH2_GROUPS_KEY: 'roles',
      LOGIN_SERVICE: 'Ours', GITHUB_HOST: 'git.example.org', GITLAB_HOST: 'lab.example.org', GITLAB_API_VERSION: '5', HOSTED_DOMAIN: 'a.edu;b.edu;', AUTH0_DOMAIN: 'x.auth0.com', AAD_TENANT_ID: 't-1', CILOGON_HOST: 'test.cilogon.org', IDENTITY_PROVIDER: 'uni.edu', OPENSHIFT_URL: 'https://os',
    })) vi.stubEnv(name, value);
    expect(traitsOf('generic-oauth', { manage_groups: true })).toMatchObject({
      client_id: 'common', client_secret: 's3cret', oauth_callback_url: 'https://hub/cb', authorize_url: 'https://p/a', token_url: 'https://p/t', userdata_url: 'https://p/u', username_claim: 'nick', basic_auth: true,
      userdata_token_method: 'url', validate_server_cert: false, logout_redirect_url: 'https://p/out', auth_state_groups_key: 'oauth_user.roles', login_service: 'Ours',
    });
    expect(traitsOf('github')).toMatchObject({ client_id: 'of-github', client_secret: 's3cret', github_url: 'https://git.example.org', username_claim: 'login' });
    expect(traitsOf('gitlab')).toMatchObject({ gitlab_api: 'https://lab.example.org/api/v5', username_claim: 'nick' });
    expect(traitsOf('google').hosted_domain).toEqual(['a.edu', 'b.edu']);
    expect([traitsOf('auth0').issuer, traitsOf('azuread').tenant_id, traitsOf('cilogon').issuer, traitsOf('globus').identity_provider, traitsOf('openshift').openshift_url]).toEqual(['https://x.auth0.com/', 't-1', 'https://test.cilogon.org', 'uni.edu', 'https://os']);
    // what the config says wins
    expect(traitsOf('github', { client_id: 'mine', login_service: 'GitHub', basic_auth: false, validate_server_cert: true })).toMatchObject({ client_id: 'mine', login_service: 'GitHub', basic_auth: false, validate_server_cert: true });
    const { GenericOAuthenticator } = masked(hubConfigSchema.parse({}));
    expect([GenericOAuthenticator!.client_secret, GenericOAuthenticator!.client_id]).toEqual(['********', 'common']);
  });

  it('follows from other keys', () => {
    expect(traitsOf('github', { allowed_users: ['a'] }).allow_existing_users).toBe(false);
    expect([traitsOf('github').refresh_pre_spawn, traitsOf('github', { enable_auth_state: true }).refresh_pre_spawn, traitsOf('github', { enable_auth_state: true, refresh_pre_spawn: false }).refresh_pre_spawn]).toEqual([false, true, false]);
    expect([traitsOf('generic-oauth').auth_state_groups_key, traitsOf('generic-oauth', { manage_groups: true }).auth_state_groups_key, traitsOf('azuread', { manage_groups: true }).auth_state_groups_key]).toEqual(['', 'oauth_user.groups', 'user.groups']);
    expect(traitsOf('generic-oauth', { http_request_kwargs: { validate_cert: false } }).validate_server_cert).toBe(false);
  });
});

const CLIENT = { client_id: 'x', client_secret: 'y' };
const inForce = (name: OAuthDriverName, traits: Record<string, unknown>) => problemsOf({ JupyterHub: { authenticator_class: name }, [OAUTH_CLASSES[name]]: traits });

describe('a config with which nobody could log in, or the wrong people could', () => {
  it.each<[OAuthDriverName, Record<string, unknown>, string[]]>([
    ['github', {}, ['GitHubOAuthenticator.client_id: is missing']],
    ['github', { ...CLIENT, allowed_groups: ['a'], admin_groups: ['b'] }, ['GitHubOAuthenticator.allowed_groups: needs manage_groups', 'GitHubOAuthenticator.admin_groups: needs manage_groups']],
    ['generic-oauth', { ...CLIENT, issuer: 'https://p', auth_state_groups_key: 'oauth_user.g' }, ['GenericOAuthenticator.auth_state_groups_key: needs manage_groups']],
    ['gitlab', { ...CLIENT, scope: ['a'], allowed_scopes: ['a', 'b'] }, ['GitLabOAuthenticator.allowed_scopes: names what scope does not ask for']],
    ['generic-oauth', CLIENT, ['GenericOAuthenticator.issuer: is missing']],
    ['generic-oauth', { ...CLIENT, authorize_url: 'https://p/a', token_url: 'https://p/t', userdata_from_id_token: true }, ['GenericOAuthenticator.issuer: is missing']],
    ['generic-oauth', { ...CLIENT, issuer: 'https://p', userdata_url: 'https://p/u', userdata_from_id_token: true }, ['GenericOAuthenticator.userdata_from_id_token: takes the place of userdata_url']],
    ['generic-oauth', { ...CLIENT, issuer: 'http://id.example.org' }, ['GenericOAuthenticator.issuer: has to begin with https://']],
    ['generic-oauth', { ...CLIENT, issuer: 'https://p', token_url: 'http://p/t' }, ['GenericOAuthenticator.token_url: has to begin with https://']],
    ['auth0', CLIENT, ['Auth0OAuthenticator.auth0_domain: is missing']],
    ['azuread', CLIENT, ['AzureAdOAuthenticator.tenant_id: has to be that of one tenant']],
    ['azuread', { ...CLIENT, tenant_id: 'common' }, ['AzureAdOAuthenticator.tenant_id: has to be that of one tenant']],
    ['cilogon', CLIENT, ['CILogonOAuthenticator.idps: has to name at least one']],
    ['cilogon', { ...CLIENT, idps: { 'https://i/': { username_derivation: { username_claim: 'email' } } }, username_claim: 'email' }, ['CILogonOAuthenticator.username_claim: cannot be used']],
    ['cilogon', { ...CLIENT, idps: { 'uni.edu': { username_derivation: { username_claim: 'email' } } } }, ['CILogonOAuthenticator.idps: has to name identity providers by their EntityID']],
    ['cilogon', { ...CLIENT, idps: { 'https://i/': { username_derivation: { username_claim: 'email', action: 'prefix' } } } }, ['CILogonOAuthenticator.idps.https://i/.username_derivation.prefix: is missing']],
    ['cilogon', { ...CLIENT, idps: { 'https://i/': { username_derivation: { username_claim: 'email' }, allowed_domain: ['x'] } } }, ['CILogonOAuthenticator.idps.https://i/.allowed_domain: there is no such key']],
    ['cilogon', { ...CLIENT, strip_idp_domain: true, idps: { 'https://i/': { username_derivation: { username_claim: 'email' } } } }, ['CILogonOAuthenticator.strip_idp_domain: cannot be used: say in idps']],
    ['google', { ...CLIENT, allowed_google_groups: { 'a.edu': ['staff'] } }, ['GoogleOAuthenticator.allowed_google_groups: needs google_service_account_keys and gsuite_administrator']],
    ['local-github', { ...CLIENT, allowed_groups: ['a'] }, ['LocalGitHubOAuthenticator.allowed_groups: needs manage_groups']],
    ['github', { ...CLIENT, allowed_organisations: ['a'] }, ['GitHubOAuthenticator.allowed_organisations: GitHubOAuthenticator has no such key']],
    ['github', { ...CLIENT, http_request_kwargs: { proxy_host: 'p' } }, ['GitHubOAuthenticator.http_request_kwargs.proxy_host: there is no such key']],
  ])('%s %j', async (name, traits, expected) => {
    expect(await inForce(name, traits)).toEqual(expected.map((start) => expect.stringContaining(start)));
  });

  it('is no matter of classes that are not in force, nor of this machine', async () => {
    expect(await problemsOf({ OAuthenticator: { allowed_groups: ['a'] }, AzureAdOAuthenticator: { tenant_id: 'common' } })).toEqual([]);
    expect(await inForce('generic-oauth', { ...CLIENT, issuer: 'http://localhost:8080/realms/x' })).toEqual([]);
    expect(await inForce('generic-oauth', { ...CLIENT, issuer: 'http://keycloak:8080/realms/x', validate_server_cert: false })).toEqual([]);
  });

  it('cannot have groups of its own where they come from the provider', async () => {
    const sections = { JupyterHub: { authenticator_class: 'github', load_groups: { a: { users: [] } } }, GitHubOAuthenticator: { ...CLIENT, manage_groups: true } };
    expect(await problemsOf(sections)).toEqual([expect.stringContaining('JupyterHub.load_groups: groups come from the authenticator')]);
  });
});

describe('a class with accounts of this machine', () => {
  it('takes over from both of its parents, and what it says itself wins', async () => {
    writeFileSync(
      join(folder, 'local.yaml'),
      'Authenticator: {admin_users: [a]}\nOAuthenticator: {client_id: x}\nLocalAuthenticator: {create_system_users: true, uids: {a: 1}}\nGitHubOAuthenticator: {allowed_organizations: [o]}\nLocalGitHubOAuthenticator: {uids: {a: 2}}\n',
    );
    const { config } = await loadConfig({ file: join(folder, 'local.yaml') });
    expect(config.LocalGitHubOAuthenticator).toMatchObject({ admin_users: ['a'], client_id: 'x', create_system_users: true, uids: { a: 2 }, allowed_organizations: ['o'] });
    expect(config.GitHubOAuthenticator).not.toHaveProperty('create_system_users');
  });
});

it('may have functions, in JavaScript', async () => {
  const file = join(folder, 'config.mjs');
  writeFileSync(file, 'export default { GenericOAuthenticator: { username_claim: ({ sub }) => `u-${sub}`, claim_groups_key: ({ g }) => g, manage_groups: true, modify_auth_state_hook: (state) => state, refresh_user_hook: () => null } };');
  const { GenericOAuthenticator: traits } = (await loadConfig({ file })).config;
  expect((traits.username_claim as (info: object) => string)({ sub: 'a' })).toBe('u-a');
  expect((traits.auth_state_groups_key as (state: object) => string[])({ oauth_user: { g: ['x'] } })).toEqual(['x']);
  expect(await problemsOf({ GenericOAuthenticator: { username_claim: 3 } })).toEqual([expect.stringContaining('GenericOAuthenticator.username_claim: expected')]);
});

describe('earlier names of keys', () => {
  it.each([
    ['github', 'github_client_id', 'client_id', 'x'],
    ['github', 'github_client_secret', 'client_secret', 'x'],
    ['github', 'github_organization_whitelist', 'allowed_organizations', ['x']],
    ['gitlab', 'gitlab_group_whitelist', 'allowed_gitlab_groups', ['x']],
    ['gitlab', 'gitlab_project_id_whitelist', 'allowed_project_ids', ['1']],
    ['google', 'google_group_whitelist', 'allowed_google_groups', { 'a.edu': ['x'] }],
    ['bitbucket', 'team_whitelist', 'allowed_teams', ['x']],
    ['generic-oauth', 'username_key', 'username_claim', 'x'],
    ['generic-oauth', 'extra_params', 'token_params', { a: 'x' }],
    ['generic-oauth', 'tls_verify', 'validate_server_cert', false],
    ['auth0', 'username_key', 'username_claim', 'x'],
    ['openshift', 'validate_cert', 'validate_server_cert', false],
    ['local-github', 'github_organization_whitelist', 'allowed_organizations', ['x']],
    ['github', 'whitelist', 'allowed_users', ['x']],
    ['github', 'blacklist', 'blocked_users', ['x']],
  ] as const)('%s.%s is %s, and a warning says so', async (name, old, now, value) => {
    writeFileSync(join(folder, 'old.json'), JSON.stringify({ [OAUTH_CLASSES[name]]: { [old]: value } }));
    const { config, warnings } = await loadConfig({ file: join(folder, 'old.json') });
    expect((config[OAUTH_CLASSES[name]] as unknown as Record<string, unknown>)[now]).toEqual(value);
    expect(warnings).toMatchObject([{ message: expect.stringContaining(`is the earlier name of `) }]);
  });
});

describe('a jupyterhub_config.py of', () => {
  const env = { GITHUB_CLIENT_ID: 'gh', GITHUB_CLIENT_SECRET: 's', OAUTH_CLIENT_ID: 'id', OAUTH_CLIENT_SECRET: 's', AAD_TENANT_ID: '11111111-2222-3333-4444-555555555555', CILOGON_CLIENT_ID: 'cilogon:/client_id/1', CILOGON_CLIENT_SECRET: 's' };
  const load = async (name: string) => {
    for (const [key, value] of Object.entries(env)) vi.stubEnv(key, value);
    const { config, warnings } = await loadConfig({ file: fileURLToPath(new URL(`../../../../test/fixtures/oauth/${name}.py`, import.meta.url)) });
    return { config, warned: warnings.map(({ key }) => key) };
  };

  it('a GitHub organization', async () => {
    const { config, warned } = await load('github-organization');
    expect(config.JupyterHub.authenticator_class).toBe('github');
    expect(config.GitHubOAuthenticator).toMatchObject({ client_id: 'gh', allowed_organizations: ['astro-example:data', 'physics-example'], admin_users: ['ada', 'grace'], enable_auth_state: true, refresh_pre_spawn: true });
    expect(warned).toEqual([]);
  });

  it('a server of 2019', async () => {
    const { config, warned } = await load('github-of-2019');
    expect(config.JupyterHub.authenticator_class).toBe('local-github');
    expect(config.LocalGitHubOAuthenticator).toMatchObject({ client_id: '0123456789abcdef0123', allowed_organizations: ['lab-example'], allowed_users: ['ada', 'grace'], create_system_users: true });
    expect(config.LocalGitHubOAuthenticator.add_user_cmd).toContain('/data/home/USERNAME');
    expect(warned.sort()).toEqual(['Authenticator.whitelist', 'GitHubOAuthenticator.github_client_id', 'GitHubOAuthenticator.github_client_secret', 'GitHubOAuthenticator.github_organization_whitelist']);
  });

  it('a Google Workspace', async () => {
    const { config, warned } = await load('google-workspace');
    expect(config.GoogleOAuthenticator).toMatchObject({ client_id: 'id', hosted_domain: ['college.example'], strip_domain: true, login_service: 'College', auto_login: true, admin_google_groups: { 'college.example': ['hub-staff'] } });
    expect([config.JupyterHub.authenticator_class, warned]).toEqual(['google', []]);
  });

  it('Keycloak', async () => {
    const { config, warned } = await load('keycloak');
    expect(config.GenericOAuthenticator).toMatchObject({ username_claim: 'preferred_username', auth_state_groups_key: 'oauth_user.realm_access.roles', allowed_groups: ['hub-users'], admin_groups: ['hub-admins'], validate_server_cert: true, auth_refresh_age: 120 });
    expect(warned.sort()).toEqual(['GenericOAuthenticator.claim_groups_key', 'GenericOAuthenticator.tls_verify', 'GenericOAuthenticator.username_key']);
  });

  it('Azure AD', async () => {
    const { config, warned } = await load('azure-ad');
    expect(config.AzureAdOAuthenticator).toMatchObject({ tenant_id: env.AAD_TENANT_ID, token_url: expect.stringContaining('/oauth2/v2.0/token'), auth_state_groups_key: 'user.groups', username_claim: 'preferred_username' });
    expect(warned).toEqual(['AzureAdOAuthenticator.user_groups_claim']);
  });

  it('CILogon', async () => {
    const { config, warned } = await load('cilogon');
    expect(Object.keys(config.CILogonOAuthenticator.idps)).toHaveLength(3);
    expect(config.CILogonOAuthenticator.idps['http://google.com/accounts/o8/id']).toMatchObject({ allow_all: false, allowed_domains: ['*.example.org'], allowed_domains_claim: 'email' });
    expect(warned).toEqual(['CILogonOAuthenticator.allowed_idps']);
  });
});
