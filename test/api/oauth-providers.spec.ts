import { execFileSync } from 'node:child_process';
import { createVerify, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { AuthModel } from '../../apps/hub/src/authenticators/authenticator.js';
import { createAuthenticator } from '../../apps/hub/src/authenticators/authenticators.module.js';
import type { OAuthAuthenticator } from '../../apps/hub/src/authenticators/oauth/oauth-authenticator.js';
import { OAUTH_CLASSES, type OAuthDriverName } from '../../apps/hub/src/config/oauth-classes.js';
import { hubConfigSchema } from '../../apps/hub/src/config/schema.js';
import { LoginRefusedError, UnavailableError } from '../../apps/hub/src/errors.js';
import { externalLoginContract, signIn } from '../contracts/authenticators-external.js';
import { CLIENT, TestProvider } from '../support/openid-provider.js';
import { type ApiReply, type ApiRequest, ProviderApiServer } from '../support/provider-api.js';

/*
 * Logins go through a real OpenID provider. The APIs of GitHub, GitLab, Google, Globus, Bitbucket and OpenShift cannot be run here: a small
 * server answers as their documentation says, to the provider's tokens only.
 */
let provider: TestProvider;
let api: ProviderApiServer;
/** What the API of the provider under test answers. */
let answers: (request: ApiRequest) => ApiReply | undefined = () => undefined;

beforeAll(async () => {
  provider = await TestProvider.start();
  api = await ProviderApiServer.start(provider, (request) => answers(request));
});
afterAll(async () => {
  await api.stop();
  await provider.stop();
});

/** @param traits of the provider's class */
function make(name: OAuthDriverName, traits: Record<string, unknown>): OAuthAuthenticator {
  const config = hubConfigSchema.parse({ JupyterHub: { authenticator_class: name }, [OAUTH_CLASSES[name]]: { ...CLIENT, ...traits } });
  return createAuthenticator(config) as OAuthAuthenticator;
}

const userInfo = ({ authState }: AuthModel, key: string) => authState![key] as Record<string, unknown>;

/** Whether somebody comes in at all, by the rules of the provider. */
async function comesIn(driver: OAuthAuthenticator, login: string): Promise<boolean> {
  const model = await signIn(driver.external, login);
  return !(await driver.blocks(model)) && (await driver.allows(model));
}

describe('generic, with an issuer', () => {
  const traits = () => ({ issuer: provider.issuer, scope: ['openid', 'profile', 'groups'], username_claim: 'preferred_username' });
  const rule = { manage_groups: true, allowed_groups: ['staff'] };
  beforeEach(() => {
    provider.accounts.set('ada', { preferred_username: 'Ada.L', groups: ['staff', 'physics'], realm: { access: { roles: ['chief', 'hub-admin'] } } });
    provider.accounts.set('zoe', { preferred_username: 'zoe', groups: 'guests' });
  });

  externalLoginContract('generic with an issuer', () => ({ provider, name: 'Ada.L', userKey: 'oauth_user', make: (more) => make('generic-oauth', { ...traits(), ...more }), rule }));

  test('tells groups, in order, from where the config says; a text is one group', async () => {
    expect((await signIn(make('generic-oauth', { ...traits(), manage_groups: true }).external, 'ada')).groups).toEqual(['physics', 'staff']);
    expect((await signIn(make('generic-oauth', { ...traits(), manage_groups: true }).external, 'zoe')).groups).toEqual(['guests']);
    const deep = make('generic-oauth', { ...traits(), manage_groups: true, auth_state_groups_key: 'oauth_user.realm.access.roles', admin_groups: ['hub-admin'] });
    const model = await signIn(deep.external, 'ada');
    expect([model.groups, await deep.isAdmin(model), await deep.allows(model)]).toEqual([['chief', 'hub-admin'], true, true]);
    const other = await signIn(deep.external, 'zoe');
    expect([other.groups, await deep.isAdmin(other), await deep.allows(other)]).toEqual([[], false, false]);
    expect((await signIn(make('generic-oauth', traits()).external, 'ada')).groups).toBeUndefined();
  });

  test('lets those in to whom the provider granted scopes', async () => {
    expect(await comesIn(make('generic-oauth', { ...traits(), allowed_scopes: ['groups', 'profile'] }), 'ada')).toBe(true);
    // this provider grants what it is asked for, and says so; one that says nothing has granted nothing
    provider.mischief.set('/token', ({ scope, ...body }) => body);
    expect(await comesIn(make('generic-oauth', { ...traits(), allowed_scopes: ['groups', 'profile'] }), 'ada')).toBe(false);
    provider.mischief.clear();
  });

  test('takes who somebody is from the signed token alone, where that is asked for', async () => {
    const model = await signIn(make('generic-oauth', { ...traits(), userdata_from_id_token: true }).external, 'ada');
    expect(userInfo(model, 'oauth_user')).toMatchObject({ iss: provider.issuer, aud: CLIENT.client_id, preferred_username: 'Ada.L' });
  });

  test('calls functions of a JavaScript config', async () => {
    const config = hubConfigSchema.parse({ JupyterHub: { authenticator_class: 'generic-oauth' }, GenericOAuthenticator: { ...CLIENT, ...traits(), manage_groups: true } });
    config.GenericOAuthenticator.username_claim = ({ sub }) => `u-${String(sub)}`;
    config.GenericOAuthenticator.auth_state_groups_key = ({ kept }) => [String(kept)];
    config.GenericOAuthenticator.modify_auth_state_hook = (state) => ({ ...state, kept: 'more' });
    const driver = createAuthenticator(config) as OAuthAuthenticator;
    expect(await signIn(driver.external, 'ada')).toMatchObject({ name: 'u-ada', groups: ['more'], authState: { kept: 'more' } });
  });
});

describe('generic, by addresses alone', () => {
  const traits = () => ({ ...provider.endpoints, scope: ['openid', 'profile'], username_claim: 'preferred_username' });
  externalLoginContract('generic by addresses alone', () => ({ provider, name: 'Ada.L', userKey: 'oauth_user', make: (more) => make('generic-oauth', { ...traits(), ...more }), rule: { manage_groups: true, allowed_groups: ['staff'] } }));

  test('keeps the ID token for others, although nothing is believed of it', async () => {
    provider.lie((claims) => ({ ...claims, iss: 'https://elsewhere.example.org', preferred_username: 'root' }));
    const { name, authState } = await signIn(make('generic-oauth', traits()).external, 'ada');
    expect([name, String(authState!.id_token).split('.').length]).toEqual(['Ada.L', 3]);
    provider.mischief.clear();
  });

  test('reads answers that are not quite as they should be', async () => {
    provider.mischief.set('/token', ({ token_type, id_token, ...body }) => ({ ...body, refresh_token: null, id_token: null }));
    expect(await signIn(make('generic-oauth', traits()).external, 'ada')).toMatchObject({ name: 'Ada.L', authState: { refresh_token: null, id_token: null } });
    provider.mischief.clear();
  });

  test('sends further arguments, and the secret in a header, where that is asked for', async () => {
    const driver = make('generic-oauth', { ...traits(), extra_authorize_params: { acr_values: 'gold' }, userdata_params: { view: 'all' }, basic_auth: true });
    const { url } = await driver.external.begin('http://localhost/hub/oauth_callback');
    expect(new URL(url).searchParams.get('acr_values')).toBe('gold');
    await signIn(driver.external, 'ada');
    expect(provider.tokenAuthorizations.at(-1)).toBe(`Basic ${Buffer.from(`${CLIENT.client_id}:${CLIENT.client_secret}`).toString('base64')}`);
    expect(provider.tokenRequests.at(-1)!.get('client_secret')).not.toBe(CLIENT.client_secret);
    let sent = new URLSearchParams();
    answers = ({ body }) => {
      sent = body;
      return { status: 400, json: { error: 'invalid_grant' } };
    };
    await expect(signIn(make('generic-oauth', { ...traits(), token_url: `${api.url}/token`, token_params: { audience: 'lab' } }).external, 'ada')).rejects.toBeInstanceOf(LoginRefusedError);
    expect(Object.fromEntries(sent)).toMatchObject({ grant_type: 'authorization_code', redirect_uri: 'http://localhost/hub/oauth_callback', audience: 'lab', ...CLIENT });
  });
});

describe('Auth0', () => {
  const traits = () => ({ issuer: provider.issuer, ...provider.endpoints });
  beforeEach(() => {
    provider.accounts.set('ada', { email: 'ada@example.org', email_verified: true, groups: ['staff'] });
    provider.accounts.set('zoe', { email: 'zoe@example.org', email_verified: true });
  });
  const rule = { manage_groups: true, auth_state_groups_key: 'auth0_user.groups', allowed_groups: ['staff'] };
  externalLoginContract('Auth0', () => ({ provider, name: 'ada@example.org', userKey: 'auth0_user', make: (more) => make('auth0', { ...traits(), ...more }), rule }));
});

describe('Azure AD', () => {
  const TENANT = '11111111-2222-3333-4444-555555555555';
  const traits = () => ({ issuer: provider.issuer, ...provider.endpoints, tenant_id: TENANT, username_claim: 'preferred_username' });
  const rule = { manage_groups: true, allowed_groups: ['0a1b'] };
  beforeEach(() => {
    provider.accounts.set('ada', { preferred_username: 'ada@example.org', groups: ['0a1b', '2c3d'] });
    provider.accounts.set('zoe', { preferred_username: 'zoe@example.org', groups: ['2c3d'] });
  });
  externalLoginContract('Azure AD', () => ({ provider, name: 'ada@example.org', userKey: 'user', make: (more) => make('azuread', { ...traits(), ...more }), rule }));

  test('leaves groups as they are of somebody who has too many to be told', async () => {
    provider.accounts.set('ada', { preferred_username: 'ada@example.org', _claim_names: { groups: 'src1' } });
    const driver = make('azuread', { ...traits(), manage_groups: true, admin_groups: ['0a1b'] });
    const model = await signIn(driver.external, 'ada');
    expect([model.groups, await driver.isAdmin(model)]).toEqual([null, undefined]);
  });

  test('knows the tenant by its own document, and by no other', async () => {
    // as login.microsoftonline.com: the issuer is not where the document is
    const document = (tenant: string) => ({ issuer: `https://sts.windows.net/${tenant}/`, jwks_uri: `${provider.issuer}/jwks`, authorization_endpoint: `${provider.issuer}/auth`, token_endpoint: `${provider.issuer}/token`, id_token_signing_alg_values_supported: ['RS256'] });
    answers = ({ url }) => (url.pathname === `/${TENANT}/.well-known/openid-configuration` ? { json: document(TENANT) } : undefined);
    const own = { graph_url: api.url, tenant_id: TENANT, username_claim: 'oid', authorize_url: `${provider.issuer}/auth`, token_url: `${provider.issuer}/token` };
    provider.accounts.set('ada', { oid: 'o-1' });
    provider.lie((claims) => ({ ...claims, iss: `https://sts.windows.net/${TENANT}/` }));
    expect((await signIn(make('azuread', own).external, 'ada', ['iss'])).name).toBe('o-1');
    provider.lie((claims) => ({ ...claims, iss: 'https://sts.windows.net/99999999-2222-3333-4444-555555555555/' }));
    await expect(signIn(make('azuread', own).external, 'ada', ['iss'])).rejects.toThrow('cannot be trusted');
    answers = () => ({ json: document('99999999-2222-3333-4444-555555555555') });
    await expect(signIn(make('azuread', own).external, 'ada', ['iss'])).rejects.toThrow('what it tells of itself cannot be used');
    provider.mischief.clear();
  });
});

describe('GitHub', () => {
  const traits = () => ({ authorize_url: `${provider.issuer}/auth`, token_url: `${provider.issuer}/token`, github_api: api.url, scope: ['read:org', 'user:email'] });
  const TEAMS = [{ slug: 'core', organization: { login: 'acme' } }, { slug: 'ops', organization: { login: 'acme' } }];
  let people: Record<string, { email: string | null }>;
  beforeEach(() => {
    people = { ada: { email: null }, zoe: { email: 'zoe@example.org' } };
    // https://docs.github.com/en/rest: users, emails, teams, members of organizations and of teams
    answers = ({ account, url: { pathname, searchParams } }): ApiReply | undefined => {
      if (pathname === '/user') return { json: { login: account, id: account.length, ...people[account] } };
      if (pathname === '/user/emails') return { json: [{ email: 'old@example.org', primary: false, verified: true }, { email: `${account}@example.org`, primary: true, verified: true }] };
      if (pathname === '/user/teams') {
        const page = Number(searchParams.get('page') ?? 1);
        return { json: [TEAMS[page - 1]], headers: page === 1 ? { link: `<${api.url}/user/teams?per_page=100&page=2>; rel="next", <${api.url}/user/teams?page=2>; rel="last"` } : {} };
      }
      if (pathname === '/orgs/acme/members/ada' || pathname === '/orgs/acme/teams/core/members/ada') return account === 'ada' ? { status: 204 } : { status: 302, headers: { location: '/orgs/acme/public_members/ada' } };
      // redirects are followed by nobody: this one leads to a 204
      if (pathname === '/orgs/acme/members/zoe') return { status: 302, headers: { location: `${api.url}/orgs/acme/public_members/zoe` } };
      if (pathname === '/orgs/acme/public_members/zoe') return { status: 204 };
      return undefined;
    };
  });
  externalLoginContract('GitHub', () => ({ provider, name: 'ada', userKey: 'github_user', make: (more) => make('github', { ...traits(), ...more }), rule: { allowed_organizations: ['acme'] } }));

  test('asks for members of teams by the name at GitHub', async () => {
    const driver = make('github', { ...traits(), allowed_organizations: ['other', 'acme:core'] });
    const model = await signIn(driver.external, 'ada');
    expect(await driver.allows({ ...model, name: 'lovelace' })).toBe(true);
    expect(api.asked.slice(-2)).toEqual(['/orgs/other/members/ada', '/orgs/acme/teams/core/members/ada']);
    expect(await driver.allows(await signIn(driver.external, 'zoe'))).toBe(false);
  });

  test('no name leads out of its place in an address', async () => {
    const driver = make('github', { ...traits(), allowed_organizations: ['../../user?x=', 'acme:../../../user'] });
    expect(await driver.allows(await signIn(driver.external, 'ada'))).toBe(false);
    expect(api.asked.slice(-2)).toEqual(['/orgs/..%2F..%2Fuser%3Fx%3D/members/ada', '/orgs/acme/teams/..%2F..%2F..%2Fuser/members/ada']);
  });

  test('asks for an address that is not public where it may, and for all pages of teams where that is asked for', async () => {
    const model = await signIn(make('github', { ...traits(), populate_teams_in_auth_state: true }).external, 'ada');
    expect(userInfo(model, 'github_user').email).toBe('ada@example.org');
    expect(model.authState!.teams).toEqual(TEAMS);
    const shy = await signIn(make('github', { ...traits(), scope: ['profile'], populate_teams_in_auth_state: true }).external, 'ada');
    expect([userInfo(shy, 'github_user').email, shy.authState!.teams]).toEqual([null, undefined]);
  });

  test('takes an error with the status 200 for what it is', async () => {
    provider.mischief.set('/token', () => ({ error: 'bad_verification_code', error_description: 'The code passed is incorrect or expired.' }));
    await expect(signIn(make('github', traits()).external, 'ada')).rejects.toThrow('used already, or has expired');
    provider.mischief.clear();
  });

  test('lets nobody in while it cannot be asked', async () => {
    const driver = make('github', { ...traits(), allowed_organizations: ['acme'] });
    const model = await signIn(driver.external, 'ada');
    answers = () => ({ status: 502 });
    await expect(driver.allows(model)).rejects.toBeInstanceOf(UnavailableError);
  });
});

describe('GitLab', () => {
  const traits = () => ({ ...provider.endpoints, gitlab_api: api.url, userdata_url: `${api.url}/user`, scope: ['read_user'] });
  const IDS: Record<string, number> = { ada: 7, zoe: 8, bob: 9 };
  const LEVELS: Record<string, object> = {
    '/groups/lab%2Fteam/members/all/7': { id: 7, access_level: 10, state: 'active' },
    '/groups/lab%2Fteam/members/all/9': { id: 9, access_level: 10, state: 'awaiting' },
    '/projects/42/members/all/7': { id: 7, access_level: 30, state: 'active' },
    '/projects/42/members/all/8': { id: 8, access_level: 20, state: 'active' },
  };
  beforeEach(() => {
    // https://docs.gitlab.com/api/members/: a group that is public is seen by everybody, also by those who are not in it
    answers = ({ account, url: { pathname } }) => {
      if (pathname === '/user') return { json: { id: IDS[account], username: account, email: `${account}@example.org` } };
      if (pathname === '/groups' || pathname === '/groups/lab%2Fteam') return { json: [{ id: 1, full_path: 'lab/team' }] };
      return LEVELS[pathname] && { json: LEVELS[pathname] };
    };
  });
  externalLoginContract('GitLab', () => ({ provider, name: 'ada', userKey: 'gitlab_user', make: (more) => make('gitlab', { ...traits(), ...more }), rule: { allowed_gitlab_groups: ['lab/team'] } }));

  test('takes those who are only invited for no members, and guests of a project for no developers', async () => {
    expect(await comesIn(make('gitlab', { ...traits(), allowed_gitlab_groups: ['lab/team'] }), 'bob')).toBe(false);
    const project = make('gitlab', { ...traits(), allowed_project_ids: [42] });
    expect([await comesIn(project, 'ada'), await comesIn(project, 'zoe')]).toEqual([true, false]);
  });
});

describe('Google', () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'elara-google-'));
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const keyFile = path.join(dir, 'key.json');
  const traits = () => ({ issuer: provider.issuer, authorize_url: `${provider.issuer}/auth`, token_url: `${provider.issuer}/token`, google_api_url: api.url });
  const withGroups = () => ({ ...traits(), google_service_account_keys: { 'uni.edu': keyFile }, gsuite_administrator: { 'uni.edu': 'boss' } });
  let people: Record<string, Record<string, unknown>>;
  let grants: { claims: Record<string, unknown>; isSigned: boolean }[];

  beforeEach(() => {
    grants = [];
    writeFileSync(keyFile, JSON.stringify({ client_email: 'hub@project.iam.example', private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }), token_uri: `${api.url}/service-token` }));
    people = {
      ada: { email: 'ada@uni.edu', verified_email: true, hd: 'uni.edu' },
      zoe: { email: 'zoe@gmail.example', verified_email: true },
    };
    // https://developers.google.com/identity/protocols/oauth2/service-account and Directory API, groups.list
    answers = ({ account, body, url: { pathname, searchParams } }) => {
      if (pathname === '/oauth2/v1/userinfo') return { json: { id: `g-${account}`, ...people[account] } };
      if (pathname === '/service-token') {
        const [head, claims, signature] = body.get('assertion')!.split('.') as [string, string, string];
        const isSigned = createVerify('RSA-SHA256').update(`${head}.${claims}`).verify(publicKey, signature, 'base64url');
        grants.push({ claims: JSON.parse(Buffer.from(claims, 'base64url').toString()), isSigned });
        return { json: { access_token: provided, token_type: 'Bearer', expires_in: 3600 } };
      }
      const GROUPS: Record<string, object> = {
        'ada@uni.edu': { groups: [{ email: 'physics@uni.edu' }], nextPageToken: 'p2' },
        'ada@uni.edu p2': { groups: [{ email: 'chess@uni.edu' }] },
        'physics@uni.edu': { groups: [{ email: 'science@uni.edu' }] },
      };
      if (pathname !== '/admin/directory/v1/groups') return undefined;
      return { json: GROUPS[[searchParams.get('userKey'), searchParams.get('pageToken')].filter(Boolean).join(' ')] ?? {} };
    };
  });
  afterAll(() => rmSync(dir, { recursive: true }));

  /** The service account's token: any that the provider knows. */
  let provided = '';
  beforeAll(async () => {
    provider.accounts.set('service', {});
    const { authState } = await signIn(make('generic-oauth', { ...provider.endpoints, username_claim: 'sub', scope: ['openid'] }).external, 'service');
    provided = String(authState!.access_token);
  });

  externalLoginContract('Google', () => ({ provider, name: 'ada@uni.edu', userKey: 'google_user', make: (more) => make('google', { ...traits(), ...more }), rule: { allowed_hosted_domains: ['Uni.edu'] } }));

  test('leaves the domain out of names where it is the only one, and of no others', async () => {
    expect((await signIn(make('google', { ...traits(), hosted_domain: 'uni.edu' }).external, 'ada')).name).toBe('ada');
    expect((await signIn(make('google', { ...traits(), hosted_domain: ['uni.edu', 'college.edu'] }).external, 'ada')).name).toBe('ada@uni.edu');
    expect((await signIn(make('google', { ...traits(), hosted_domain: ['uni.edu', 'college.edu'], strip_domain: true }).external, 'ada')).name).toBe('ada');
    people.ada!.email = 'ada@alias.uni.edu';
    expect((await signIn(make('google', { ...traits(), hosted_domain: 'uni.edu' }).external, 'ada')).name).toBe('ada@alias.uni.edu');
  });

  test('asks a service account for groups, and for groups within groups', async () => {
    const driver = make('google', { ...withGroups(), allowed_google_groups: { 'uni.edu': ['chess'] }, admin_google_groups: { 'uni.edu': ['science'] } });
    const model = await signIn(driver.external, 'ada');
    expect(userInfo(model, 'google_user').google_groups).toEqual(['physics', 'chess']);
    expect([await driver.allows(model), await driver.isAdmin(model)]).toEqual([true, false]);
    expect(grants[0]).toMatchObject({ isSigned: true, claims: { iss: 'hub@project.iam.example', sub: 'boss@uni.edu', scope: 'https://www.googleapis.com/auth/admin.directory.group.readonly' } });
    const nested = make('google', { ...withGroups(), include_nested_groups: true, admin_google_groups: { 'uni.edu': ['science'] }, manage_groups: true });
    const again = await signIn(nested.external, 'ada');
    expect([again.groups, await nested.isAdmin(again)]).toEqual([['chess', 'physics', 'science'], true]);
    // of somebody without an organization nothing is asked
    expect(await comesIn(driver, 'zoe')).toBe(false);
  });

  test('says so when groups cannot be had', async () => {
    rmSync(keyFile);
    await expect(signIn(make('google', { ...withGroups(), allowed_google_groups: { 'uni.edu': ['chess'] } }).external, 'ada')).rejects.toThrow('cannot read groups at Google: because ENOENT');
  });
});

describe('CILogon', () => {
  const UNI = 'https://idp.uni.edu/shibboleth';
  const GOOGLE = 'http://google.com/accounts/o8/id';
  const idps = {
    [GOOGLE]: { username_derivation: { username_claim: 'email', action: 'prefix', prefix: 'google' }, allowed_domains: ['*.allowed.org', 'allowed.org'] },
    [UNI]: { username_derivation: { username_claim: 'email', action: 'strip_idp_domain', domain: 'uni.edu' }, default: true },
  };
  const traits = () => ({ issuer: provider.issuer, ...provider.endpoints, idps });
  beforeEach(() => {
    provider.accounts.set('ada', { idp: UNI, email: 'Ada@Uni.edu' });
    provider.accounts.set('zoe', { idp: GOOGLE, email: 'zoe@gmail.example' });
    provider.accounts.set('eve', { idp: GOOGLE, email: 'eve@lab.allowed.org' });
  });
  const rule = { idps: { ...idps, [UNI]: { ...idps[UNI], allow_all: true } } };
  externalLoginContract('CILogon', () => ({ provider, name: 'Ada', userKey: 'cilogon_user', make: (more) => make('cilogon', { ...traits(), ...more }), rule }));

  test('shows the identity providers that count, the default one first', async () => {
    const { url } = await make('cilogon', { ...traits(), skin: 'plain' }).external.begin('http://localhost/hub/oauth_callback');
    expect(Object.fromEntries(new URL(url).searchParams)).toMatchObject({ selected_idp: `${UNI},${GOOGLE}`, skin: 'plain', scope: 'openid email org.cilogon.userinfo profile' });
  });

  test('lets domains in where the identity provider has a list of them', async () => {
    expect([await comesIn(make('cilogon', traits()), 'eve'), await comesIn(make('cilogon', traits()), 'zoe')]).toEqual([true, false]);
    expect((await signIn(make('cilogon', traits()).external, 'eve')).name).toBe('google:eve@lab.allowed.org');
    provider.accounts.set('eve', { idp: GOOGLE, email: 'eve@notallowed.org' });
    expect(await comesIn(make('cilogon', traits()), 'eve')).toBe(false);
  });
});

describe('Globus', () => {
  const traits = () => ({ issuer: provider.issuer, ...provider.endpoints, globus_groups_url: `${api.url}/my_groups`, revocation_url: `${api.url}/revoke`, scope: ['openid', 'profile'] });
  const revoked: string[] = [];
  beforeEach(() => {
    provider.accounts.set('ada', { preferred_username: 'ada@uni.edu', email: 'ada@uni.edu' });
    provider.accounts.set('zoe', { preferred_username: 'zoe@uni.edu', email: 'zoe@uni.edu' });
    // https://docs.globus.org/api/auth/reference/: one token for each service; https://groups.api.globus.org: my_groups
    provider.mischief.set('/token', (body) => ({ ...body, resource_server: 'auth.globus.org', other_tokens: [{ resource_server: 'groups.api.globus.org', access_token: body.access_token, refresh_token: 'r1' }] }));
    answers = ({ account, url: { pathname }, body }) => {
      if (pathname === '/revoke') {
        revoked.push(body.get('token')!);
        return { json: { active: false } };
      }
      const membership = { status: account === 'zoe' ? 'invited' : 'active' };
      return pathname === '/my_groups' ? { json: [{ id: 'g-1', name: 'Chess', my_memberships: [membership] }] } : undefined;
    };
    revoked.length = 0;
  });

  externalLoginContract('Globus', () => ({ provider, name: 'ada', userKey: 'globus_user', make: (more) => make('globus', { ...traits(), ...more }), rule: { allowed_globus_groups: ['g-1'] } }));

  test('knows people by what stands before the @, or by their address', async () => {
    expect((await signIn(make('globus', traits()).external, 'ada')).name).toBe('ada');
    expect((await signIn(make('globus', { ...traits(), username_from_email: true }).external, 'ada')).name).toBe('ada');
  });

  test('lets active members of groups in, and knows admins by them', async () => {
    const driver = make('globus', { ...traits(), allowed_globus_groups: ['g-1'], admin_globus_groups: ['g-1'] });
    const model = await signIn(driver.external, 'ada');
    expect([await driver.allows(model), await driver.isAdmin(model)]).toEqual([true, true]);
    const invited = await signIn(driver.external, 'zoe');
    expect([await driver.allows(invited), await driver.isAdmin(invited)]).toEqual([false, false]);
  });

  test('keeps the tokens of services, without those that are left out, and revokes them at the log-out', async () => {
    const driver = make('globus', { ...traits(), revoke_tokens_on_logout: true });
    const { authState } = await signIn(driver.external, 'ada');
    expect(Object.keys(authState!.tokens as object)).toEqual(['groups.api.globus.org']);
    await driver.external.forget!({ name: 'ada', authState: authState! });
    expect(revoked).toEqual([authState!.access_token, 'r1']);
    await make('globus', traits()).external.forget!({ name: 'ada', authState: authState! });
    expect(revoked.length).toBe(2);
  });
});

describe('Bitbucket', () => {
  const traits = () => ({ ...provider.endpoints, userdata_url: `${api.url}/2.0/user`, scope: ['account'] });
  beforeEach(() => {
    // https://developer.atlassian.com/cloud/bitbucket/rest/api-group-workspaces/; anybody may name a workspace as they like
    answers = ({ account, url: { pathname, searchParams } }) => {
      if (pathname === '/2.0/user') return { json: { username: account, account_id: `b-${account}` } };
      if (pathname !== '/2.0/user/workspaces') return undefined;
      if (account === 'zoe') return { json: { values: [{ type: 'workspace_access', workspace: { slug: 'zoes', name: 'acme' } }], next: 'https://elsewhere.example.org/2.0/user/workspaces' } };
      const isFirst = !searchParams.has('page');
      return { json: { values: [{ workspace: { slug: isFirst ? 'adas' : 'acme', name: 'ACME Inc.' } }], ...(isFirst && { next: `${api.url}/2.0/user/workspaces?page=2` }) } };
    };
  });
  externalLoginContract('Bitbucket', () => ({ provider, name: 'ada', userKey: 'bitbucket_user', make: (more) => make('bitbucket', { ...traits(), ...more }), rule: { allowed_teams: ['acme'] } }));
});

describe('OpenShift', () => {
  const traits = () => ({ openshift_url: api.url });
  const rule = { manage_groups: true, allowed_groups: ['dev'] };
  beforeEach(() => {
    // https://docs.openshift.com: the OAuth server is told by the cluster, the account at users/~
    answers = ({ account, url: { pathname } }) => {
      if (pathname === '/.well-known/oauth-authorization-server') return { json: { issuer: provider.issuer, authorization_endpoint: `${provider.issuer}/auth`, token_endpoint: `${provider.issuer}/token` } };
      if (pathname !== '/apis/user.openshift.io/v1/users/~') return undefined;
      return { json: { kind: 'User', metadata: { name: account, uid: `o-${account}` }, groups: account === 'ada' ? ['dev'] : null } };
    };
  });
  externalLoginContract('OpenShift', () => ({ provider, name: 'ada', userKey: 'openshift_user', make: (more) => make('openshift', { ...traits(), ...more }), rule }));
});

describe('with accounts of this machine', () => {
  const traits = () => ({ ...provider.endpoints, scope: ['openid'], username_claim: 'sub' });

  test('people get in who have one in an allowed group, and nobody becomes a user without one', async () => {
    provider.accounts.set('root', {});
    provider.accounts.set('elara-nobody', {});
    const [group] = execFileSync('id', ['-Gn', 'root'], { encoding: 'utf8' }).trim().split(' ');
    const driver = make('local-generic-oauth', { ...traits(), manage_groups: true, allowed_groups: [group] });
    expect([await comesIn(driver, 'root'), await comesIn(driver, 'elara-nobody')]).toEqual([true, false]);
    await expect(driver.addUser!('elara-nobody')).rejects.toThrow('there is no such account on this machine');
    const plain = make('generic-oauth', { ...traits(), manage_groups: true, allowed_groups: [group] });
    expect([await comesIn(plain, 'root'), plain.addUser]).toEqual([false, undefined]);
  });
});

test('who is refused by a rule is told why', async () => {
  provider.accounts.set('ada', { preferred_username: 'ada@uni.edu' });
  const driver = make('globus', { issuer: provider.issuer, ...provider.endpoints, scope: ['openid'], identity_provider: 'globusid.org', allow_all: true });
  const model = await signIn(driver.external, 'ada');
  expect(() => driver.blocks(model)).toThrow(LoginRefusedError);
});

test('an operator is told what to mend', () => {
  const warned = (name: OAuthDriverName, traits: Record<string, unknown>) => make(name, traits).warnings().map((warning) => /\S+\.(\w+)|allow config/.exec(warning)![0]);
  expect(warned('github', {})).toEqual(['allow config']);
  expect(warned('github', { allowed_organizations: ['acme'] })).toEqual([]);
  expect(warned('cilogon', { idps: { 'https://i/': { username_derivation: { username_claim: 'eppn' }, allowed_domains: ['uni.edu'] } } })).toEqual([]);
  expect(warned('azuread', { tenant_id: 't', allow_all: true })).toEqual(['AzureAdOAuthenticator.username_claim']);
  expect(warned('auth0', { auth0_domain: 'x', allow_all: true, allow_unverified_email: true, enable_pkce: false, validate_server_cert: false, userdata_token_method: 'url', manage_groups: true })).toEqual(
    ['validate_server_cert', 'allow_unverified_email', 'userdata_token_method', 'enable_pkce', 'manage_groups'].map((key) => expect.stringContaining(key)),
  );
});
