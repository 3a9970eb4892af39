import { scryptSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Secret, TOTP } from 'otpauth';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { AuditLog } from '../../apps/hub/src/audit/audit-log.js';
import type { AuditModel } from '../../apps/hub/src/audit/audit.model.js';
import { UnavailableError } from '../../apps/hub/src/errors.js';
import { HashThreads } from '../../apps/hub/src/authenticators/native/hash-threads.js';
import { UsersInfoImport } from '../../apps/hub/src/native-accounts/users-info-import.js';
import { News, type NewsItem } from '../../apps/hub/src/news/news.js';
import { ADMIN_TOKEN, type Answer, cookiesOf, TestApp } from '../support/app.js';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const GOOD = 'zebra ladder nine';
const OTHER = 'quiet orange bridge';
/** Of `U*U`: https://www.openwall.com/crypt/. */
const BCRYPT = '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW';
const HELPER = 'api-test-native-helper-0123456789';

const create = (native: Record<string, unknown> = {}, elara: Record<string, unknown> = {}) =>
  TestApp.create({
    JupyterHub: {
      authenticator_class: 'native',
      services: [{ name: 'admin-service', api_token: ADMIN_TOKEN, admin: true }, { name: 'helper', api_token: HELPER }],
      load_roles: [{ name: 'helper', scopes: ['admin:users', 'list:users', 'read:users'], services: ['helper'] }],
    },
    Authenticator: { admin_users: ['boss', 'chief'], blocked_users: ['bart'], username_map: { lady: 'ada' } },
    NativeAuthenticator: { password_hash_cost: 14, ...native },
    Elara: elara,
  });

let app: TestApp;
beforeAll(async () => void (app = await create()));
afterAll(() => app.close());
afterEach(() => void vi.useRealTimers());

const header = (jar: Map<string, string>) => [...jar].filter(([, value]) => value).map(([name, value]) => `${name}=${value}`).join('; ');
const db = () => app.hub.foundation.db;

/** A browser: its cookies, and the forms it sends. */
class Visitor {
  readonly #jar = new Map<string, string>();

  constructor(private readonly hub = app) {}

  async get(path: string): Promise<Answer> {
    return this.#keep(await this.hub.request({ path, headers: { cookie: header(this.#jar) } }));
  }

  async post(path: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Answer> {
    if (!this.#jar.get('_xsrf')) await this.get('/hub/login');
    const raw = new URLSearchParams({ _xsrf: this.#jar.get('_xsrf')!, ...fields }).toString();
    return this.#keep(await this.hub.request({ method: 'POST', path, raw, headers: { ...FORM, cookie: header(this.#jar), ...headers } }));
  }

  signUp(username: string, signup_password = GOOD, more: Record<string, string> = {}): Promise<Answer> {
    return this.post('/hub/signup', { username, signup_password, ...more });
  }

  logIn(username: string, password = GOOD, more: Record<string, string> = {}): Promise<Answer> {
    return this.post('/hub/login', { username, password, ...more });
  }

  async whoami(): Promise<string | undefined> {
    return (await this.get('/hub/api/user')).json?.name;
  }

  get cookies(): ReadonlyMap<string, string> {
    return this.#jar;
  }

  #keep(answer: Answer): Answer {
    for (const [name, value] of cookiesOf(answer)) this.#jar.set(name, value);
    return answer;
  }
}

const approve = (name: string) => app.admin('POST', `/native/accounts/${encodeURIComponent(name)}/approve`);

/** Somebody with an account, logged in. */
async function member(name: string, password = GOOD): Promise<Visitor> {
  expect((await app.admin('POST', `/native/accounts/${name}/password`, { password })).status).toBe(201);
  const visitor = new Visitor();
  expect((await visitor.logIn(name, password)).status).toBe(302);
  return visitor;
}

const asHelper = (method: string, apiPath: string, body?: unknown) => app.request({ method, path: `/hub/api${apiPath}`, token: HELPER, body });

describe('signing up', () => {
  test('makes an account that waits until an admin lets it in', async () => {
    const visitor = new Visitor();
    const page = await visitor.get('/hub/login');
    expect(page.text).toContain('href="/hub/signup"');
    expect((await visitor.get('/hub/signup')).text).toContain('minlength="8"');
    const answer = await visitor.signUp('Dora');
    expect([answer.status, answer.text.includes('waits for approval')]).toEqual([200, true]);
    const refused = await visitor.logIn('dora');
    expect([refused.status, refused.text.includes('has not been approved yet')]).toEqual([403, true]);
    // who does not know the password does not learn that there is such an account
    expect((await visitor.logIn('dora', 'a wrong guess')).text).toContain('Invalid username or password.');
    expect((await app.admin('GET', '/users/dora')).status).toBe(404);
    const { json } = await app.admin('GET', '/native/accounts?state=pending');
    expect(json).toEqual([{ name: 'dora', approved: false, approved_by: null, email: null, two_factor: false, user_exists: false, created: expect.any(String) as string, changed: expect.any(String) as string }]);
    expect((await approve('dora')).json).toMatchObject({ approved: true, approved_by: 'admin-service' });
    expect((await visitor.logIn('DORA')).status).toBe(302);
    expect(await visitor.whoami()).toBe('dora');
    expect((await app.admin('GET', '/native/accounts?state=pending')).json).toEqual([]);
  });

  test.each([
    ['a short password', ['eva', 'short'], 400, 'at least 8 characters'],
    ['a common password', ['eva', 'Password123!'], 400, 'first that are tried'],
    ['the name as the password', ['evangeline', 'evangeline1'], 400, 'first that are tried'],
    ['a password without an end', ['eva', 'xq'.repeat(600)], 400, 'at most 1024'],
    ['no name', [' ', GOOD], 400, 'it is empty'],
    ['a path', ['../boss', GOOD], 400, 'slash'],
    ['a space inside', ['e va', GOOD], 400, 'space or a comma'],
    ['letters that look like others', ['\u0430da', GOOD], 400, 'look like others'],
    ['letters that cannot be seen', ['ev\u200ba', GOOD], 400, 'cannot be seen'],
    ['a name that is blocked', ['bart', GOOD], 400, 'cannot be used here'],
    ['a name without an end', ['x'.repeat(5000), GOOD], 400, 'too long'],
  ] as const)('is refused with %s', async (_what, [name, password], status, words) => {
    const answer = await new Visitor().signUp(name, password);
    expect([answer.status, answer.text.includes(words)]).toEqual([status, true]);
    expect(answer.text).not.toContain(password);
    expect(await db()('elara_native_accounts').whereIn('name', ['eva', 'bart', 'evangeline', '../boss'])).toEqual([]);
  });

  test('shows what was typed as text', async () => {
    const { text } = await new Visitor().signUp('"><img src=x>,', GOOD);
    expect(text).toContain('&lt;img src=x&gt;');
    expect(text).not.toContain('<img src=x');
  });

  // CVE-2021-41194 of firstuseauthenticator: another spelling of a name set a password for it
  test.each(['Frida', 'FRIDA', ' frida ', 'fri\u0064a'])('under another spelling of a name that is taken is refused: %j', async (spelling) => {
    if (!(await db()('elara_native_accounts').where('name', 'frida').first())) await new Visitor().signUp('frida');
    const before = await db()('elara_native_accounts').where('name', 'frida').first();
    const answer = await new Visitor().signUp(spelling, OTHER);
    expect([answer.status, answer.text.includes('has this name already')]).toEqual([409, true]);
    expect(await db()('elara_native_accounts').where('name', 'frida').first()).toEqual(before);
    expect(await db()('elara_native_accounts').whereILike('name', '%frida%')).toHaveLength(1);
  });

  test('an accent typed in another way is no other name', async () => {
    await new Visitor().signUp('ren\u00e9');
    expect((await new Visitor().signUp('rene\u0301', OTHER)).status).toBe(409);
  });

  test('many who want the same name at once make one account', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, (_, index) => new Visitor().signUp('gina', `${GOOD} ${index}`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409]);
  });

  test('under a mapped name means the one it stands for, and is mapped once', async () => {
    await new Visitor().signUp('Lady');
    await approve('ada');
    const visitor = new Visitor();
    expect((await visitor.logIn('lady')).status).toBe(302);
    expect(await visitor.whoami()).toBe('ada');
  });

  test('takes a form of our own pages', async () => {
    const attempt = (fields: Record<string, string>, headers: Record<string, string> = {}) => new Visitor().post('/hub/signup', { username: 'eva', signup_password: GOOD, ...fields }, headers);
    expect((await attempt({ _xsrf: '' })).status).toBe(403);
    expect((await attempt({}, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await app.request({ path: `/hub/signup?username=eva&signup_password=${encodeURIComponent(GOOD)}` })).status).toBe(200);
    expect(await db()('elara_native_accounts').where('name', 'eva')).toEqual([]);
  });
});

describe('the first admin', () => {
  let fresh: TestApp;
  beforeAll(async () => void (fresh = await create()));
  afterAll(() => fresh.close());

  test('is let in at once, and further ones wait for the first', async () => {
    expect((await new Visitor(fresh).signUp('mallory')).text).toContain('waits for approval');
    const boss = new Visitor(fresh);
    expect((await boss.signUp('boss')).text).toContain('Your account is ready');
    expect((await boss.logIn('boss')).status).toBe(302);
    expect((await boss.get('/hub/api/user')).json).toMatchObject({ name: 'boss', admin: true });
    expect((await new Visitor(fresh).signUp('chief')).text).toContain('waits for approval');
  });

  test('who has been here before is not somebody who signs up', async () => {
    const used = await create();
    try {
      await used.hub.foundation.db('users').where('name', 'boss').update({ last_activity: '2026-01-01 00:00:00.000000' });
      expect((await new Visitor(used).signUp('boss')).text).toContain('waits for approval');
    } finally {
      await used.close();
    }
  });
});

describe('with open sign-up', () => {
  let open: TestApp;
  beforeAll(async () => void (open = await create({ open_signup: true, ask_email_on_signup: true, tos: 'I accept the <a href="/services/rules/">rules</a>' })));
  afterAll(() => open.close());

  test('who is new is let in at once, with an address and the terms accepted', async () => {
    const visitor = new Visitor(open);
    expect((await visitor.get('/hub/signup')).text).toContain('I accept the <a href="/services/rules/">rules</a>');
    expect((await visitor.signUp('hans', GOOD, { tos: 'on' })).text).toContain('no e-mail address');
    expect((await visitor.signUp('hans', GOOD, { tos: 'on', email: 'a@b' })).text).toContain('no e-mail address');
    expect((await visitor.signUp('hans', GOOD, { email: 'hans@example.org' })).text).toContain('accepting the terms');
    expect((await visitor.signUp('hans', GOOD, { email: 'hans@example.org', tos: 'on' })).text).toContain('Your account is ready');
    expect((await visitor.logIn('hans')).status).toBe(302);
    expect((await open.admin('GET', '/native/accounts/hans')).json).toMatchObject({ approved: true, approved_by: null, email: 'hans@example.org' });
  });

  test('nobody takes the place of somebody whom an admin has made, or who came otherwise', async () => {
    await open.admin('POST', '/users/ida');
    const visitor = new Visitor(open);
    expect((await visitor.signUp('Ida', GOOD, { email: 'x@example.org', tos: 'on' })).text).toContain('waits for approval');
    expect((await visitor.logIn('ida')).status).toBe(403);
    expect((await open.admin('GET', '/native/accounts/ida')).json).toMatchObject({ approved: false, user_exists: true });
  });

  test('a list of names still decides who comes in, and an admin over the list', async () => {
    const listed = await create({ open_signup: true, allowed_users: ['jan'] });
    try {
      const visitor = new Visitor(listed);
      await visitor.signUp('kurt');
      expect((await visitor.logIn('kurt')).status).toBe(403);
      expect((await listed.admin('GET', '/users/kurt')).status).toBe(404);
      await listed.admin('DELETE', '/native/accounts/kurt');
      await listed.admin('POST', '/native/accounts/kurt/password', { password: GOOD });
      expect((await visitor.logIn('kurt')).status).toBe(302);
    } finally {
      await listed.close();
    }
  });
});

test('people get an account of the machine if the config says so, and members of its groups come in', async () => {
  const made = path.join(mkdtempSync(path.join(tmpdir(), 'elara-native-')), 'made');
  const local = await create({ open_signup: true, create_system_users: true, add_user_cmd: ['/bin/sh', '-c', `echo "$0" >> ${made}`], allowed_users: ['jan'], allowed_groups: ['daemon'] });
  try {
    const outcome = async (name: string) => {
      const visitor = new Visitor(local);
      expect((await visitor.signUp(name)).status).toBe(200);
      return (await visitor.logIn(name)).status;
    };
    expect([await outcome('jan'), await outcome('kim'), await outcome('daemon')]).toEqual([302, 403, 302]);
    // who is known at the start, and who comes in
    expect(new Set(readFileSync(made, 'utf8').trim().split('\n'))).toEqual(new Set(['boss', 'chief', 'jan']));
  } finally {
    await local.close();
    rmSync(path.dirname(made), { recursive: true });
  }
});

test('where sign-up is switched off, or other ways to log in are used, there are no such pages', async () => {
  const [closed, dummy] = await Promise.all([create({ enable_signup: false }), TestApp.create()]);
  try {
    for (const hub of [closed, dummy]) {
      const visitor = new Visitor(hub);
      expect((await visitor.get('/hub/login')).text).not.toContain('signup');
      expect((await visitor.get('/hub/signup')).status).toBe(404);
      expect((await visitor.signUp('eva')).status).toBe(404);
    }
    expect((await dummy.admin('GET', '/native/accounts')).status).toBe(404);
    expect((await dummy.admin('POST', '/native/accounts/eva/password', { password: GOOD })).status).toBe(404);
    const { cookie } = await dummy.logIn('eva');
    for (const page of ['change-password', 'two-factor']) expect((await dummy.request({ path: `/hub/${page}`, headers: { cookie } })).status).toBe(404);
    expect((await closed.admin('POST', '/native/accounts/eva/password', { password: GOOD })).status).toBe(201);
  } finally {
    await Promise.all([closed.close(), dummy.close()]);
  }
});

test('sign-ups are limited by address', async () => {
  const limited = await create({}, { login_failures_per_address: 3 });
  try {
    const statuses: number[] = [];
    for (let n = 0; n < 4; n += 1) statuses.push((await new Visitor(limited).signUp(`somebody${n}`)).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    const refused = await new Visitor(limited).signUp('somebody');
    expect([refused.headers['retry-after'], refused.text.includes('Wait 3 minutes')]).toEqual(['200', true]);
  } finally {
    await limited.close();
  }
});

describe('a password', () => {
  test('is in clear neither in the database nor in the audit, and its hash in no answer', async () => {
    const visitor = await member('lena');
    await visitor.post('/hub/change-password', { password: GOOD, new_password: OTHER });
    await app.hub.app.get(AuditLog).flush();
    const everything = JSON.stringify([await db()('elara_native_accounts'), await db()('elara_audit')]);
    expect(everything).toContain('account.password');
    for (const secret of [GOOD, OTHER]) expect(everything).not.toContain(secret);
    expect(JSON.stringify((await app.admin('GET', '/native/accounts/lena')).json)).not.toContain('scrypt');
  });

  test('is hashed whether or not there is such an account, so that the time taken tells nothing', async () => {
    await app.admin('POST', '/native/accounts/mona/password', { password: GOOD });
    const hashed = vi.spyOn(HashThreads.prototype, 'hash');
    for (const [name, password] of [['mona', 'a wrong guess'], ['nobody-here', 'a wrong guess'], ['', 'a wrong guess']] as const) {
      hashed.mockClear();
      expect((await new Visitor().logIn(name, password)).status).toBe(403);
      expect(hashed.mock.calls.map(([{ N, r, p, bytes }]) => ({ N, r, p, bytes }))).toEqual([{ N: 2 ** 14, r: 8, p: 1, bytes: 32 }]);
    }
    hashed.mockClear();
    // nobody's password, and a cost that strangers could cause
    expect((await new Visitor().logIn('mona', 'x'.repeat(4000))).status).toBe(403);
    expect(hashed).not.toHaveBeenCalled();
    hashed.mockRestore();
  });

  test('is changed by whoever knows it, which logs all other browsers out and takes back what servers were given', async () => {
    const [here, there] = [await member('marta'), new Visitor()];
    await there.logIn('marta');
    const { id } = (await db()('users').where('name', 'marta').first())!;
    await db()('oauth_clients').insert({ identifier: 'server-of-marta' });
    for (const [hashed, session_id] of [['a', 'session'], ['b', null]] as const) await db()('api_tokens').insert({ user_id: id, hashed, prefix: 'xxxx', client_id: 'server-of-marta', session_id });
    const before = here.cookies.get('jupyterhub-session-id');
    expect((await here.get('/hub/change-password')).text).toContain('Change your password');
    const changed = await here.post('/hub/change-password', { password: GOOD, new_password: OTHER });
    expect([changed.status, changed.headers.location]).toEqual([302, '/hub/change-password?changed']);
    expect(await here.whoami()).toBe('marta');
    expect(here.cookies.get('jupyterhub-session-id')).not.toBe(before);
    expect(await there.whoami()).toBeUndefined();
    expect(await db()('api_tokens').where('user_id', id).pluck('hashed')).toEqual(['b']);
    expect((await new Visitor().logIn('marta', GOOD)).status).toBe(403);
    expect((await new Visitor().logIn('marta', OTHER)).status).toBe(302);
  });

  test('is not changed for a wrong one, nor to one that cannot be used', async () => {
    const visitor = await member('nina');
    for (const [password, new_password, status, words] of [
      ['not it at all', OTHER, 403, 'not your password'],
      [GOOD, 'short', 400, 'at least 8 characters'],
      [GOOD, 'letmein123', 400, 'first that are tried'],
      [GOOD, GOOD, 400, 'the password that you have'],
    ] as const) {
      const answer = await visitor.post('/hub/change-password', { password, new_password });
      expect([answer.status, answer.text.includes(words)]).toEqual([status, true]);
    }
    expect(await visitor.whoami()).toBe('nina');
    expect((await new Visitor().logIn('nina', GOOD)).status).toBe(302);
  });

  test('that cannot be checked just now is no fault of whoever typed it, and what is broken is told to the log alone', async () => {
    const visitor = await member('nora');
    const broken = vi.spyOn(HashThreads.prototype, 'hash').mockRejectedValue(new UnavailableError('cannot check a password: because of the machine'));
    for (const path of ['/hub/change-password', '/hub/two-factor']) {
      const answer = await visitor.post(path, { password: GOOD, new_password: OTHER });
      expect([answer.status, answer.text.includes('cannot be done right now'), answer.text.includes('of the machine')]).toEqual([503, true, false]);
    }
    expect((await new Visitor().signUp('ole')).status).toBe(503);
    broken.mockRestore();
    expect((await visitor.post('/hub/change-password', { password: GOOD, new_password: OTHER })).status).toBe(302);
  });

  test('can be guessed at in an open browser as often as at the login, and no more', async () => {
    const strict = await create({}, { login_failures_per_account: 3 });
    try {
      await strict.admin('POST', '/native/accounts/olga/password', { password: GOOD });
      const visitor = new Visitor(strict);
      await visitor.logIn('olga');
      await visitor.get('/hub/change-password');
      const statuses: number[] = [];
      for (let n = 0; n < 4; n += 1) statuses.push((await visitor.post('/hub/change-password', { password: `guess ${n}`, new_password: OTHER })).status);
      expect(statuses).toEqual([403, 403, 403, 429]);
    } finally {
      await strict.close();
    }
  });

  test.each([
    ['an earlier cost', () => `$scrypt$ln=10,r=8,p=1$c2FsdA$${scryptSync('U*U', 'salt', 32, { N: 1024, r: 8, p: 1 }).toString('base64').replace('=', '')}`],
    ['bcrypt', () => BCRYPT],
  ])('hashed with %s is hashed anew by a login', async (kind, hash) => {
    const name = kind.replaceAll(' ', '-');
    await app.admin('POST', `/native/accounts/${name}/password`, { password: GOOD });
    await db()('elara_native_accounts').where({ name }).update({ password: hash() });
    expect((await new Visitor().logIn(name, 'U*V')).status).toBe(403);
    expect(await storedHash(name)).toBe(hash());
    expect((await new Visitor().logIn(name, 'U*U')).status).toBe(302);
    expect(await storedHash(name)).toMatch(/^\$scrypt\$ln=14,/);
    expect((await new Visitor().logIn(name, 'U*U')).status).toBe(302);
  });
});

const storedHash = async (name: string) => (await db()('elara_native_accounts').where({ name }).first())!.password;

describe('the API', () => {
  test('lists in pages, by state', async () => {
    const headers = { accept: 'application/jupyterhub-pagination+json' };
    const { json } = await app.request({ path: '/hub/api/native/accounts?state=approved&limit=1', token: ADMIN_TOKEN, headers });
    expect(json.items).toHaveLength(1);
    expect(json._pagination).toMatchObject({ offset: 0, limit: 1, next: { offset: 1 } });
    expect((await app.admin('GET', '/native/accounts?state=odd')).status).toBe(400);
  });

  test('removes an account: who has signed up is refused, who was in is logged out, and the user stays', async () => {
    const visitor = await member('rosa');
    expect((await app.admin('DELETE', '/native/accounts/rosa')).status).toBe(204);
    expect(await visitor.whoami()).toBeUndefined();
    expect((await new Visitor().logIn('rosa')).status).toBe(403);
    expect((await app.admin('GET', '/users/rosa')).status).toBe(200);
    expect((await app.admin('DELETE', '/native/accounts/rosa')).status).toBe(404);
  });

  test('sets passwords, and logs people out with it', async () => {
    const visitor = await member('sara');
    expect((await app.admin('POST', '/native/accounts/sara/password', { password: OTHER })).status).toBe(200);
    expect(await visitor.whoami()).toBeUndefined();
    expect((await new Visitor().logIn('sara', OTHER)).status).toBe(302);
    for (const [name, password, words] of [['sara', 'short', 'at least 8'], ['Sara', OTHER, 'called \\"sara\\"'], ['s/a', OTHER, 'slash']] as const) {
      const answer = await app.admin('POST', `/native/accounts/${encodeURIComponent(name)}/password`, { password });
      expect([answer.status, answer.text.includes(words)]).toEqual([400, true]);
    }
    expect((await app.admin('POST', '/native/accounts/sara/password', { password: 7 })).status).toBe(400);
  });

  test('lets nobody who is no admin decide on the account of one', async () => {
    await app.admin('POST', '/native/accounts/boss/password', { password: GOOD });
    await app.admin('POST', '/users/tess', { admin: true });
    await new Visitor().signUp('tess');
    for (const [method, path] of [['POST', 'boss/password'], ['DELETE', 'boss'], ['DELETE', 'boss/two-factor'], ['POST', 'tess/approve'], ['POST', 'chief/password']] as const) {
      expect([path, (await asHelper(method, `/native/accounts/${path}`, { password: OTHER })).status]).toEqual([path, 403]);
    }
    expect((await new Visitor().logIn('boss', GOOD)).status).toBe(302);
    expect((await asHelper('POST', '/native/accounts/uwe/password', { password: OTHER })).status).toBe(201);
  });

  test('knows nothing of people who have no account', async () => {
    for (const [method, path] of [['GET', ''], ['DELETE', ''], ['POST', '/approve'], ['DELETE', '/two-factor']] as const) {
      expect((await app.admin(method, `/native/accounts/nobody${path}`)).status).toBe(404);
    }
  });

  test('tells those who watch', async () => {
    const told: NewsItem[] = [];
    const stop = app.hub.app.get(News).listen((item) => item.kind === 'account' && told.push(item));
    await new Visitor().signUp('vera');
    await approve('vera');
    await app.admin('DELETE', '/native/accounts/vera');
    stop();
    expect(told).toEqual(['changed', 'changed', 'removed'].map((change) => ({ kind: 'account', change, user: 'vera' })));
  });

  test('leaves records of who did what', async () => {
    await new Visitor().signUp('wilma');
    await approve('wilma');
    await new Visitor().signUp('wilma');
    const visitor = new Visitor();
    await visitor.logIn('wilma');
    await visitor.post('/hub/change-password', { password: 'not it at all', new_password: OTHER });
    await visitor.post('/hub/change-password', { password: GOOD, new_password: OTHER });
    const records = (await app.admin('GET', '/audit?limit=200')).json.items as AuditModel[];
    const of = records.filter(({ target }) => target?.name === 'wilma').map(({ action, actor, outcome, reason }) => [action, actor.kind, outcome, reason]);
    expect(of.reverse()).toEqual([
      ['account.sign-up', 'anonymous', 'ok', null],
      ['account.approve', 'service', 'ok', null],
      ['login', 'user', 'ok', null],
      ['account.password', 'user', 'denied', 'This is not your password.'],
      ['account.password', 'user', 'ok', null],
    ]);
    expect((await visitor.get('/hub/history')).text).toMatch(/Set a new password <span class="state state-failed">denied/);
  });
});

describe('accounts of nativeauthenticator', () => {
  const OTP_SECRET = 'JBSWY3DPEHPK3PXP';

  test('are taken over as they are, once, and their table stays', async () => {
    const old = await create();
    try {
      const { db: its } = old.hub.foundation;
      const take = () => old.hub.app.get(UsersInfoImport).run();
      await expect(take()).rejects.toThrow('no table users_info');
      await its.schema.createTable('users_info', (t) => {
        t.increments('id');
        t.string('username', 128);
        t.binary('password');
        for (const flag of ['is_authorized', 'login_email_sent', 'has_2fa']) t.boolean(flag);
        t.string('email', 128);
        t.string('otp_secret', 16);
      });
      const row = (username: string, more: object = {}) => ({ username, password: Buffer.from(BCRYPT), is_authorized: true, has_2fa: false, otp_secret: OTP_SECRET, email: null, ...more });
      await its('users_info').insert([row('ada', { email: 'ada@example.org' }), row('Ada'), row('bob', { is_authorized: false }), row('cleo', { has_2fa: true }), row('dan', { password: Buffer.from('plain') })]);
      expect(await take()).toEqual({
        imported: ['ada', 'bob', 'cleo'],
        passedOver: [{ name: 'Ada', reason: 'whoever logs in with it is called "ada"' }, { name: 'dan', reason: 'its password is hashed in a way that is not known here' }],
      });
      expect((await take()).imported).toEqual([]);
      expect(await its('users_info')).toHaveLength(5);
      expect((await old.admin('GET', '/native/accounts')).json.map(({ name, approved, email, two_factor }: Record<string, unknown>) => [name, approved, email, two_factor])).toEqual([
        ['ada', true, 'ada@example.org', false],
        ['bob', false, null, false],
        ['cleo', true, null, true],
      ]);
      expect((await new Visitor(old).logIn('ada', 'U*U')).status).toBe(302);
      expect((await new Visitor(old).logIn('bob', 'U*U')).text).toContain('has not been approved yet');
      const cleo = new Visitor(old);
      expect((await cleo.logIn('cleo', 'U*U')).headers.location).toBe('/hub/login/code');
      expect((await cleo.post('/hub/login/code', { otp: new TOTP({ secret: Secret.fromBase32(OTP_SECRET) }).generate() })).status).toBe(302);
    } finally {
      await old.close();
    }
  });
});

describe('users', () => {
  test('take their password with them when they are renamed, and leave none when they are deleted', async () => {
    await member('xena');
    await new Visitor().signUp('taken');
    expect((await app.admin('PATCH', '/users/xena', { name: 'taken' })).status).toBe(400);
    expect((await app.admin('PATCH', '/users/xena', { name: 'xenia' })).status).toBe(200);
    expect((await new Visitor().logIn('xena')).status).toBe(403);
    expect((await new Visitor().logIn('xenia')).status).toBe(302);
    expect((await app.admin('DELETE', '/users/xenia')).status).toBe(204);
    expect((await new Visitor().logIn('xenia')).status).toBe(403);
    expect((await app.admin('GET', '/native/accounts/xenia')).status).toBe(404);
    expect((await app.admin('GET', '/users/xenia')).status).toBe(404);
  });
});

describe('one-time codes', () => {
  const STEP = 30_000;
  // well inside of a step, so that none passes while a test runs
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: Math.floor(Date.now() / STEP) * STEP + 10_000 }));
  const later = (steps: number) => vi.setSystemTime(Date.now() + steps * STEP);
  const codeOf = (secret: string) => new TOTP({ secret: Secret.fromBase32(secret.replaceAll(' ', '')) }).generate({ timestamp: Date.now() });
  const secretIn = ({ text }: Answer) => /id="totp-secret">([A-Z2-7 ]+)</.exec(text)![1]!;
  const recoveryIn = ({ text }: Answer) => [...text.matchAll(/<li><code>([\w-]+)<\/code>/g)].map(([, code]) => code!);

  /** Somebody who has switched them on. */
  async function guarded(name: string): Promise<{ visitor: Visitor; secret: string; recovery: string[] }> {
    const visitor = await member(name);
    const secret = secretIn(await visitor.post('/hub/two-factor', { password: GOOD }));
    const recovery = recoveryIn(await visitor.post('/hub/two-factor/confirm', { otp: codeOf(secret) }));
    later(1);
    return { visitor, secret, recovery };
  }

  test('count only once a code has confirmed them', async () => {
    const visitor = await member('c1');
    expect((await visitor.get('/hub/two-factor')).text).toContain('Set them up');
    expect((await visitor.post('/hub/two-factor', { password: 'not it at all' })).status).toBe(403);
    const begun = await visitor.post('/hub/two-factor', { password: GOOD });
    expect(begun.headers['cache-control']).toBe('no-store');
    expect(begun.text).toMatch(/<svg class="qr-code" role="img" aria-label="[^"]+" xmlns="http:\/\/www.w3.org\/2000\/svg" viewBox="0 0 \d+ \d+">/);
    const secret = secretIn(begun);
    expect(secret.replaceAll(' ', '')).toMatch(/^[A-Z2-7]{32}$/);
    // shown once
    expect((await visitor.get('/hub/two-factor')).text).not.toContain(secret);
    expect((await new Visitor().logIn('c1')).headers.location).not.toContain('code');
    expect((await visitor.post('/hub/two-factor/confirm', { otp: '000000' })).text).toContain('does not fit');
    const confirmed = await visitor.post('/hub/two-factor/confirm', { otp: ` ${codeOf(secret)} ` });
    expect(recoveryIn(confirmed)).toHaveLength(10);
    expect(new Set(recoveryIn(confirmed)).size).toBe(10);
    expect((await app.admin('GET', '/native/accounts/c1')).json.two_factor).toBe(true);
    const row = JSON.stringify(await db()('elara_native_accounts').where('name', 'c1'));
    for (const shown of [secret.replaceAll(' ', ''), ...recoveryIn(confirmed)]) expect(row).not.toContain(shown);
    expect((await visitor.post('/hub/two-factor', { password: GOOD })).status).toBe(409);
  });

  test('are asked for after the right password, and of nobody else', async () => {
    const { secret } = await guarded('c2');
    const visitor = new Visitor();
    expect((await visitor.get('/hub/login/code')).headers.location).toMatch(/^\/hub\/login/);
    expect((await visitor.logIn('c2', 'a wrong guess')).text).toContain('Invalid username or password.');
    expect((await visitor.get('/hub/login')).text).not.toContain('otp');
    const first = await visitor.post('/hub/login?next=%2Fhub%2Ftoken', { username: 'C2', password: GOOD });
    expect([first.status, first.headers.location]).toEqual([302, '/hub/login/code?next=%2Fhub%2Ftoken']);
    expect(await visitor.whoami()).toBeUndefined();
    expect((await visitor.get('/hub/login/code?next=%2Fhub%2Ftoken')).text).toContain('action="/hub/login/code?next=%2Fhub%2Ftoken"');
    const wrong = await visitor.post('/hub/login/code', { otp: '000000' });
    expect([wrong.status, wrong.text.includes('not right')]).toEqual([403, true]);
    expect(await visitor.whoami()).toBeUndefined();
    const right = await visitor.post('/hub/login/code?next=%2Fhub%2Ftoken', { otp: codeOf(secret) });
    expect([right.status, right.headers.location]).toEqual([302, '/hub/token']);
    expect(await visitor.whoami()).toBe('c2');
    expect(visitor.cookies.get('elara-second-step')).toBe('');
  });

  test('are good once each, a step early or late, and not longer', async () => {
    const { secret } = await guarded('c3');
    const attempt = async (otp: string) => {
      const visitor = new Visitor();
      await visitor.logIn('c3');
      return (await visitor.post('/hub/login/code', { otp })).status;
    };
    const code = codeOf(secret);
    expect(await attempt(code)).toBe(302);
    expect(await attempt(code)).toBe(403);
    later(3);
    const late = codeOf(secret);
    later(1);
    expect(await attempt(late)).toBe(302);
    const old = codeOf(secret);
    later(2);
    expect(await attempt(old)).toBe(403);
    const answers = await Promise.all(Array.from({ length: 4 }, () => attempt(codeOf(secret))));
    expect(answers.sort()).toEqual([302, 403, 403, 403]);
  });

  test('can stand in the login form itself, or in a request of the API', async () => {
    const { secret } = await guarded('c4');
    expect((await new Visitor().logIn('c4', GOOD, { otp: codeOf(secret) })).headers.location).toBe('/hub/spawn');
    const ask = (otp?: string) => app.request({ method: 'POST', path: '/hub/api/users/c4/tokens', body: { auth: { username: 'c4', password: GOOD, ...(otp && { otp }) } } });
    later(1);
    const refused = await ask();
    expect([refused.status, refused.json.message]).toEqual([403, 'A one-time code is needed as well']);
    expect((await ask('000000')).status).toBe(403);
    expect((await ask(codeOf(secret))).status).toBe(201);
    // what proves the first step comes from a cookie that the hub has signed, and from nowhere else
    const forged = await app.request({ method: 'POST', path: '/hub/api/users/c4/tokens', body: { auth: { username: 'c4', password: '', firstStep: 'x', otp: codeOf(secret) } } });
    expect(forged.status).toBe(403);
  });

  test('the proof of the right password opens nothing by itself, for five minutes, until the password is another one', async () => {
    const { secret } = await guarded('c5');
    await guarded('c6');
    const visitor = new Visitor();
    await visitor.logIn('c5');
    const proof = visitor.cookies.get('elara-second-step')!;
    for (const name of ['jupyterhub-hub-login', 'elara-second-step']) expect((await app.request({ path: '/hub/api/user', headers: { cookie: `${name}=${proof}` } })).status).toBe(403);
    const send = async (cookie: string, otp: string) => {
      const xsrf = cookiesOf(await app.request({ path: '/hub/login' })).get('_xsrf')!;
      return app.request({ method: 'POST', path: '/hub/login/code', raw: new URLSearchParams({ _xsrf: xsrf, otp }).toString(), headers: { ...FORM, cookie: `_xsrf=${xsrf}; elara-second-step=${cookie}` } });
    };
    expect((await send(proof.replace(/.(?=.{70}$)/, 'X'), codeOf(secret))).headers.location).toMatch(/^\/hub\/login\?/);
    later(11);
    expect((await send(proof, codeOf(secret))).headers.location).toMatch(/^\/hub\/login\?/);
    await visitor.logIn('c5');
    await app.admin('POST', '/native/accounts/c5/password', { password: OTHER });
    expect((await send(visitor.cookies.get('elara-second-step')!, codeOf(secret))).status).toBe(403);
  });

  test('guesses at them are counted like guesses at passwords', async () => {
    const { secret } = await guarded('c7');
    const visitor = new Visitor();
    await visitor.logIn('c7');
    const statuses: number[] = [];
    for (let n = 0; n < 11; n += 1) statuses.push((await visitor.post('/hub/login/code', { otp: '000000' })).status);
    expect(statuses).toEqual([...Array<number>(10).fill(403), 429]);
    expect((await visitor.post('/hub/login/code', { otp: codeOf(secret) })).status).toBe(429);
  });

  test('recovery codes let in once each, and can be made anew', async () => {
    const { visitor, secret, recovery } = await guarded('c8');
    const attempt = async (recovery_code: string) => {
      const other = new Visitor();
      await other.logIn('c8');
      return (await other.post('/hub/login/code', { otp: '', recovery_code })).status;
    };
    expect(await attempt(recovery[0]!)).toBe(302);
    expect(await attempt(recovery[0]!)).toBe(403);
    expect(await attempt(recovery[1]!.toUpperCase().replaceAll('-', ' '))).toBe(302);
    expect((await visitor.get('/hub/two-factor')).text).toContain('You have 8 left');
    expect((await visitor.post('/hub/two-factor/recovery-codes', { password: GOOD, otp: '000000' })).status).toBe(403);
    const fresh = recoveryIn(await visitor.post('/hub/two-factor/recovery-codes', { password: GOOD, otp: codeOf(secret) }));
    expect(fresh).toHaveLength(10);
    expect(await attempt(recovery[2]!)).toBe(403);
    expect(await attempt(fresh[0]!)).toBe(302);
  });

  test('are switched off with password and code, or by an admin', async () => {
    const { visitor, secret, recovery } = await guarded('c9');
    for (const [password, otp] of [['not it at all', codeOf(secret)], [GOOD, '000000'], [GOOD, '']] as const) expect((await visitor.post('/hub/two-factor/disable', { password, otp })).status).toBe(403);
    expect((await visitor.post('/hub/two-factor/disable', { password: GOOD, otp: recovery[0]! })).text).toContain('are switched off');
    expect((await new Visitor().logIn('c9')).headers.location).toBe('/hub/spawn');
    const again = await guarded('d1');
    expect((await app.admin('DELETE', '/native/accounts/d1/two-factor')).status).toBe(204);
    expect(await again.visitor.whoami()).toBeUndefined();
    expect((await new Visitor().logIn('d1')).headers.location).toBe('/hub/spawn');
  });

  test('of a hub that has lost its keys are told to the log, and recovery codes still let in', async () => {
    const { secret, recovery } = await guarded('d2');
    await db()('elara_native_accounts').where('name', 'd2').update({ totp_secret: 'gAAAAA-not-ours' });
    const visitor = new Visitor();
    await visitor.logIn('d2');
    expect((await visitor.post('/hub/login/code', { otp: codeOf(secret) })).status).toBe(403);
    expect((await visitor.post('/hub/login/code', { recovery_code: recovery[0]! })).status).toBe(302);
  });

  test('where they are not offered, who has them keeps them', async () => {
    const without = await create({ allow_2fa: false });
    try {
      await without.admin('POST', '/native/accounts/eve/password', { password: GOOD });
      const visitor = new Visitor(without);
      await visitor.logIn('eve');
      expect((await visitor.get('/hub/change-password')).text).not.toContain('One-time codes');
      expect((await visitor.get('/hub/two-factor')).status).toBe(404);
      expect((await visitor.post('/hub/two-factor', { password: GOOD })).status).toBe(404);
      await without.hub.foundation.db('elara_native_accounts').where('name', 'eve').update({ totp_secret: 'x' });
      expect((await visitor.get('/hub/two-factor')).text).toContain('Switch off');
      expect((await new Visitor(without).logIn('eve')).headers.location).toBe('/hub/login/code');
    } finally {
      await without.close();
    }
  });

  test('forms about them need the token of the session', async () => {
    const visitor = await member('d3');
    for (const path of ['/hub/change-password', '/hub/two-factor', '/hub/two-factor/confirm', '/hub/two-factor/disable', '/hub/two-factor/recovery-codes']) {
      expect((await visitor.post(path, { _xsrf: '', password: GOOD })).status).toBe(403);
      expect((await visitor.post(path, { password: GOOD }, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    }
    expect((await db()('elara_native_accounts').where('name', 'd3').first())!.totp_pending).toBeNull();
  });
});
