/**
 * One test for each advisory about logins through OAuth providers in JupyterHub's authenticators:
 *
 * CVE-2018-7206   GitLab: whoever saw a group was in it
 * CVE-2020-26250  a list under its earlier name was ignored, so that everybody came in   here; all earlier names: oauth-config.spec.ts
 * CVE-2022-31027  CILogon: the domain of an e-mail address was taken for the identity provider
 * CVE-2024-29033  Google: the end of an e-mail address was taken for the organization
 * CVE-2024-37300  allow_all won over the institution by which people have to come
 * CVE-2026-33175  an e-mail address that nobody had verified became a name
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../apps/hub/src/config/load-config.js';
import { OAUTH_CLASSES, type OAuthDriverName } from '../../apps/hub/src/config/oauth-classes.js';
import { TestApp } from '../support/app.js';
import { CLIENT, TestProvider } from '../support/openid-provider.js';
import { type ApiReply, type ApiRequest, ProviderApiServer } from '../support/provider-api.js';
import { OAuthBrowser } from '../support/sign-in.js';

let provider: TestProvider;
let api: ProviderApiServer;
let answers: (request: ApiRequest) => ApiReply | undefined = () => undefined;
let app: TestApp;

beforeAll(async () => {
  provider = await TestProvider.start();
  api = await ProviderApiServer.start(provider, (request) => answers(request));
});
afterAll(async () => {
  await api.stop();
  await provider.stop();
});
afterEach(() => app.close());

async function hub(name: OAuthDriverName, traits: Record<string, unknown>, Authenticator: Record<string, unknown> = {}): Promise<void> {
  app = await TestApp.create({ JupyterHub: { authenticator_class: name }, Authenticator, [OAUTH_CLASSES[name]]: { ...CLIENT, authorize_url: `${provider.issuer}/auth`, token_url: `${provider.issuer}/token`, ...traits } });
}

/** The name under which somebody comes in, with these claims; else the status of the page that says why not. */
async function outcome(claims: Record<string, unknown> = {}, login = 'x1'): Promise<string | number | undefined> {
  provider.accounts.set(login, claims);
  const before = await users();
  const browser = new OAuthBrowser(app);
  const { status } = await browser.signIn(login);
  const name = await browser.whoami();
  expect(await users()).toEqual([...new Set([...before, ...(name === undefined ? [] : [name])])]);
  return name ?? status;
}

const users = async () => (await app.hub.foundation.db('users').select('name').orderBy('id')).map((row) => row.name as string);

test('CVE-2018-7206: to see a group is not to be in it', async () => {
  // a public group is listed to everybody, as are its members
  answers = ({ account, url: { pathname } }) => {
    if (pathname === '/user') return { json: { id: 5, username: account } };
    if (pathname === '/groups' || pathname === '/groups/lab') return { json: [{ id: 1, full_path: 'lab' }] };
    if (pathname === '/groups/lab/members' || pathname === '/groups/lab/members/all') return { json: [{ id: 6, username: 'ada', access_level: 50 }] };
    return pathname === '/groups/lab/members/all/6' ? { json: { id: 6, access_level: 50, state: 'active' } } : undefined;
  };
  await hub('gitlab', { scope: ['read_user'], userdata_url: `${api.url}/user`, gitlab_api: api.url, allowed_gitlab_groups: ['lab'] });
  expect(await outcome({}, 'zoe')).toBe(403);
  expect(api.asked.at(-1)).toBe('/groups/lab/members/all/5');
});

test('CVE-2020-26250: a list under its earlier name counts', async () => {
  const traits = { issuer: provider.issuer, scope: ['openid'], username_claim: 'preferred_username' };
  await hub('generic-oauth', traits, { whitelist: ['ada'] });
  expect(await outcome({ preferred_username: 'eve' })).toBe(403);
  expect(await outcome({ preferred_username: 'ada' })).toBe('ada');
});

describe('CVE-2022-31027: the identity provider counts, not the address', () => {
  const UNI = 'https://idp.uni.edu/shibboleth';
  const idps = { [UNI]: { username_derivation: { username_claim: 'email', action: 'strip_idp_domain', domain: 'uni.edu' }, allow_all: true, allowed_domains: ['uni.edu'] } };

  test('who comes by another one with such an address is refused', async () => {
    await hub('cilogon', { issuer: provider.issuer, userdata_url: `${provider.issuer}/me`, idps });
    expect(await outcome({ idp: 'https://github.com/login/oauth/authorize', email: 'ada@uni.edu' })).toBe(403);
    expect(await outcome({ email: 'ada@uni.edu' })).toBe(403);
    expect(await outcome({ idp: 'constructor', email: 'ada@uni.edu' })).toBe(403);
    expect(await outcome({ idp: UNI, email: 'ada@uni.edu' })).toBe('ada');
  });

  test.each([{ allowed_idps: ['uni.edu'] }, { idps: { 'uni.edu': { username_derivation: { username_claim: 'email' } } } }, { idps: {} }, { idp_whitelist: ['uni.edu'] }])('%j keeps the hub from starting', async (traits) => {
    await hub('generic-oauth', { issuer: provider.issuer });
    app.rewriteConfig({ JupyterHub: { authenticator_class: 'cilogon' }, CILogonOAuthenticator: { ...CLIENT, ...traits } });
    await expect(loadConfig({ file: `${app.dir}/elara.json` })).rejects.toThrow(/CILogonOAuthenticator\.(idps|allowed_idps|idp_whitelist)/);
  });
});

test('CVE-2024-29033: the organization counts that Google tells, not the end of the address', async () => {
  let person: Record<string, unknown>;
  answers = () => ({ json: { id: 'g1', verified_email: true, ...person } });
  await hub('google', { issuer: provider.issuer, google_api_url: api.url, token_url: `${provider.issuer}/token`, hosted_domain: ['uni.edu'], allow_all: true });
  for (const claims of [{}, { hd: 'gmail.example' }, { hd: 'uni.edu.evil.example' }, { hd: 'eviluni.edu' }, { hd: '' }, { hd: ['uni.edu'] }]) {
    person = { email: 'ada@uni.edu', ...claims };
    expect(await outcome(), JSON.stringify(claims)).toBe(403);
  }
  person = { email: 'ada@eviluni.edu', hd: 'eviluni.edu' };
  expect(await outcome()).toBe(403);
  person = { email: 'ada@uni.edu', hd: 'Uni.edu' };
  expect(await outcome()).toBe('ada');
});

describe('CVE-2024-37300: no list lets somebody in who comes by the wrong institution', () => {
  const everybody = [{ allow_all: true }, { allowed_users: ['ada'] }, { admin_users: ['ada'] }];

  test.each(everybody)('Globus, %j', async (lists) => {
    await hub('globus', { issuer: provider.issuer, userdata_url: `${provider.issuer}/me`, scope: ['openid'], identity_provider: 'uni.edu', ...lists });
    for (const preferred_username of ['ada@gmail.example', 'ada@uni.edu.evil.example', 'ada@eviluni.edu', 'ada', 'ada@evil.example@uni.edu']) expect(await outcome({ preferred_username }), preferred_username).toBe(403);
    expect(await outcome({ preferred_username: 'ada@uni.edu' })).toBe('ada');
  });

  test('Globus, by an address that somebody else could have entered', async () => {
    await hub('globus', { issuer: provider.issuer, userdata_url: `${provider.issuer}/me`, scope: ['openid'], identity_provider: 'uni.edu', username_from_email: true, allow_all: true });
    expect(await outcome({ preferred_username: '0000-0001@orcid.example', email: 'ada@uni.edu' })).toBe(403);
    expect(await outcome({ preferred_username: 'al123@uni.edu', email: 'ada@uni.edu' })).toBe('ada');
  });

  test.each(everybody)('Google, %j', async (lists) => {
    answers = ({ account }) => ({ json: { id: account, email: 'ada@uni.edu', verified_email: true, ...(account === 'good' && { hd: 'uni.edu' }) } });
    await hub('google', { issuer: provider.issuer, google_api_url: api.url, token_url: `${provider.issuer}/token`, hosted_domain: ['uni.edu'], ...lists });
    expect([await outcome({}, 'evil'), await outcome({}, 'good')]).toEqual([403, 'ada']);
  });

  test('CILogon', async () => {
    const idps = { 'https://idp.uni.edu/': { username_derivation: { username_claim: 'eppn' } } };
    await hub('cilogon', { issuer: provider.issuer, userdata_url: `${provider.issuer}/me`, idps, allow_all: true });
    expect([await outcome({ idp: 'https://other.example/', eppn: 'ada' }), await outcome({ idp: 'https://idp.uni.edu/', eppn: 'ada' })]).toEqual([403, 'ada']);
  });
});

describe('CVE-2026-33175: an address that nobody has verified names nobody', () => {
  const unverified = [{ email: 'boss@example.org', email_verified: false }, { email: 'boss@example.org', email_verified: 'false' }, { email: 'boss@example.org' }, { email: 'boss@example.org', email_verified: 1 }];
  const verified = { email: 'boss@example.org', email_verified: true };

  test.each<[OAuthDriverName, Record<string, unknown>]>([
    ['auth0', {}],
    ['generic-oauth', { username_claim: 'email' }],
    ['generic-oauth', { username_claim: 'email', userdata_from_id_token: true, userdata_url: '' }],
  ])('%s %j', async (name, traits) => {
    await hub(name, { issuer: provider.issuer, userdata_url: `${provider.issuer}/me`, scope: ['openid', 'email'], allow_all: true, ...traits });
    for (const claims of unverified) expect(await outcome(claims), JSON.stringify(claims)).toBe(403);
    expect(await outcome(verified)).toBe('boss@example.org');
  });

  test('Google, whatever names people', async () => {
    answers = ({ account }) => ({ json: { id: 'g1', email: 'boss@example.org', hd: 'example.org', verified_email: account === 'good' } });
    await hub('google', { issuer: provider.issuer, google_api_url: api.url, token_url: `${provider.issuer}/token`, username_claim: 'id', allow_all: true });
    expect([await outcome({}, 'evil'), await outcome({}, 'good')]).toEqual([403, 'g1']);
  });

  test.each(['cilogon', 'azuread'] as const)('%s, which vouches for addresses unless it says that it does not', async (name) => {
    const own = name === 'cilogon' ? { idps: { 'https://idp/': { username_derivation: { username_claim: 'email' }, allow_all: true } } } : { username_claim: 'email', allow_all: true };
    await hub(name, { issuer: provider.issuer, userdata_url: `${provider.issuer}/me`, ...own });
    expect(await outcome({ idp: 'https://idp/', email: 'boss@example.org', email_verified: false })).toBe(403);
    expect(await outcome({ idp: 'https://idp/', email: 'boss@example.org' })).toBe('boss@example.org');
  });

  test('except where the config says so', async () => {
    await hub('auth0', { issuer: provider.issuer, userdata_url: `${provider.issuer}/me`, allow_all: true, allow_unverified_email: true });
    expect(await outcome(unverified[0])).toBe('boss@example.org');
  });
});
