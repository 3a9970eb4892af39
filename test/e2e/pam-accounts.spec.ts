import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Logger } from '@nestjs/common';
import { Secret, TOTP } from 'otpauth';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Authenticator } from '../../apps/hub/src/authenticators/authenticator.js';
import { createAuthenticator } from '../../apps/hub/src/authenticators/authenticators.module.js';
import { pam } from '../../apps/hub/src/authenticators/libpam.js';
import { hubConfigSchema } from '../../apps/hub/src/config/schema.js';
import { UnavailableError } from '../../apps/hub/src/errors.js';
import { submitLogin } from '../contracts/authenticator-contract.js';
import { TestApp } from '../support/app.js';
import { TestHub, until } from '../support/hub.js';
import { logIn } from '../support/log-in.js';
import { Machine } from '../support/machine.js';

const ADMIN = 'pam-accounts-admin-0123456789';
const PASSWORD = 'correct horse: "battery" $taple ü';
const [PLAIN, OTP, DOOR, TRACE, NO_SESSION, HANGING, CRASHING, SLOW] = ['plain', 'otp', 'door', 'trace', 'no-session', 'hanging', 'crashing', 'slow'].map((name) => `elara-e2e-${name}`) as [string, string, string, string, string, string, string, string];
const [STAFF, FAR, HEADS] = ['elara-e2e-staff', 'elara-e2e-far', 'elara-e2e-heads'];
const [ADA, BOB, OLD, WEST, LATE, EARLY, ALIAS] = ['ada', 'bob', 'old', 'west', 'late', 'early', 'alias'].map((name) => `elara-e2e-${name}`) as [string, string, string, string, string, string, string];
const CAPITAL = 'elara-e2e-ADA';

const dir = mkdtempSync(path.join(tmpdir(), 'elara-pam-'));
const oathFile = path.join(dir, 'users.oath');
const traceFile = path.join(dir, 'sessions');
const secret = new Secret({ size: 20 });
const machine = new Machine();

/** A program for pam_exec, which the modules of a service call. */
function script(name: string, text: string): string {
  const file = path.join(dir, name);
  writeFileSync(file, `#!/bin/sh\n${text}\n`);
  chmodSync(file, 0o755);
  return file;
}

beforeAll(() => {
  chmodSync(dir, 0o755);
  machine.group(STAFF!);
  machine.group(HEADS!);
  machine.account(ADA, { password: PASSWORD, groups: [STAFF!, HEADS!] });
  machine.account(BOB, { password: PASSWORD });
  machine.account(OLD, { password: PASSWORD, options: ['--expiredate', '2020-01-01'] });
  machine.account(WEST, { password: Buffer.from('größe-über-alles', 'latin1') });
  machine.account(CAPITAL, { password: 'another one' });
  machine.account(ALIAS, { password: 'of the alias', options: ['--non-unique', '--uid', execFileSync('id', ['-u', ADA], { encoding: 'utf8' }).trim()] });
  machine.directoryGroup(FAR!, 61_871, [BOB]);
  writeFileSync(oathFile, `HOTP/T30 ${ADA} - ${secret.hex}\n`, { mode: 0o600 });
  const [unix, account] = ['auth required pam_unix.so nodelay', 'account required pam_unix.so'];
  machine.service(PLAIN, [unix, account]);
  machine.service(SLOW, ['auth required pam_unix.so', account]);
  machine.service(OTP, ['auth requisite pam_unix.so nodelay', `auth required pam_oath.so usersfile=${oathFile} digits=6`, account]);
  // lets in whoever knows the word, as a directory elsewhere would, whether there is an account or not
  const door = script('door', '[ "$(tr -d "\\0")" = sesame ]');
  const trace = script('trace', `[ "$PAM_TYPE" = close_session ] || [ "$PAM_TYPE" = open_session ] || exit 0\necho "$PAM_TYPE $PAM_USER $SECRET_OF_THE_HUB" >> ${traceFile}`);
  machine.service(DOOR, [`auth required pam_exec.so quiet expose_authtok ${door}`, 'account required pam_permit.so', `session required pam_exec.so ${trace}`]);
  machine.service(TRACE, [unix, account, `session required pam_exec.so ${trace}`]);
  machine.service(NO_SESSION, [unix, account, 'session required pam_deny.so']);
  machine.service(HANGING, ['auth required pam_exec.so /bin/sleep 61871']);
  machine.service(CRASHING, [`auth required pam_exec.so ${script('crash', 'kill -9 $PPID')}`]);
});
afterAll(() => {
  machine.removeAll();
  rmSync(dir, { recursive: true, force: true });
});

const lines: string[] = [];
beforeAll(() => {
  for (const level of ['warn', 'error'] as const) vi.spyOn(Logger.prototype, level).mockImplementation((line: string) => void lines.push(line));
});
afterEach(() => void (lines.length = 0));

type Traits = Record<string, unknown>;

const driver = (traits: Traits = {}): Authenticator => createAuthenticator(hubConfigSchema.parse({ JupyterHub: { authenticator_class: 'pam' }, PAMAuthenticator: { service: PLAIN, ...traits } }));

const nameOf = async (authenticator: Authenticator, username: string, password = PASSWORD, otp?: string) =>
  (await authenticator.authenticate({ username, password, address: '192.0.2.7', ...(otp !== undefined && { otp }) }))?.name;

describe('groups of this machine', () => {
  const allows = (name: string, ...allowed_groups: string[]) => driver({ allowed_groups }).allows!({ name });

  test.each([
    ['a group that lists them', ADA, [STAFF!], true],
    ['their primary group, which lists nobody', ADA, [ADA], true],
    ['a group that only a directory knows', BOB, ['elara-e2e-gone', FAR!], true],
    ['somebody else’s group', BOB, [STAFF!], false],
    ['no group', BOB, [], false],
    ['a group that there is not', BOB, ['elara-e2e-gone'], false],
    ['the number of a group', ADA, [execFileSync('id', ['-g', 'root'], { encoding: 'utf8' }).trim()], false],
  ])('let in by %s', async (_what, name, groups, allowed) => {
    expect(await allows(name, ...groups)).toBe(allowed);
  });

  test('are of accounts, not of their numbers', async () => {
    const uid = execFileSync('id', ['-u', ADA], { encoding: 'utf8' }).trim();
    expect([await allows(uid, STAFF!), await allows(`+${uid}`, STAFF!)]).toEqual([false, false]);
    expect(await nameOf(driver({ pam_normalize_username: true, service: DOOR }), uid, 'sesame')).toBe(uid);
  });

  test('that there are not are told', async () => {
    await allows(ADA, 'elara-e2e-gone', STAFF!, 'elara-e2e-lost');
    expect(lines).toEqual(['There is no group elara-e2e-gone, elara-e2e-lost on this machine (LocalAuthenticator.allowed_groups)']);
  });

  test('make admins of their members, and take that from others', async () => {
    const heads = driver({ admin_groups: [HEADS] });
    expect([await heads.isAdmin!({ name: ADA }), await heads.isAdmin!({ name: BOB })]).toEqual([true, false]);
    expect(await driver().isAdmin!({ name: BOB })).toBeUndefined();
  });

  test('that cannot be found out keep nobody out for good, and take nothing away', async () => {
    const broken = script('getent', 'exit 1');
    vi.stubEnv('PATH', `${path.dirname(broken)}:${process.env.PATH}`);
    try {
      await expect(driver({ admin_groups: [FAR] }).isAdmin!({ name: BOB })).rejects.toThrow(UnavailableError);
      const app = await TestApp.create({ JupyterHub: { authenticator_class: 'pam' }, Authenticator: { allowed_users: [ADA, 'elara-e2e-ghost'], delete_invalid_users: true } });
      expect(((await app.admin('GET', '/users')).json as { name: string }[]).map(({ name }) => name)).toEqual([ADA, 'elara-e2e-ghost']);
      await app.close();
    } finally {
      vi.unstubAllEnvs();
      rmSync(broken);
    }
  });
});

describe('an account', () => {
  test('that has expired is refused, unless check_account is off', async () => {
    expect([await nameOf(driver(), OLD), await nameOf(driver({ check_account: false }), OLD)]).toEqual([undefined, OLD]);
    expect(lines).toEqual([expect.stringMatching(/^PAM refused a login from 192\.0\.2\.7: .*expired/)]);
  });

  test('may have a password in another encoding, and no letter becomes another one', async () => {
    const latin1 = driver({ encoding: 'latin1' });
    expect([await nameOf(latin1, WEST, 'größe-über-alles'), await nameOf(driver(), WEST, 'größe-über-alles')]).toEqual([WEST, undefined]);
    // each of them, cut to eight bits, is one of the password, or ends it
    for (const lookalike of ['größe-über-alleų', 'größe-über-alles\u0100more']) expect(await nameOf(latin1, WEST, lookalike)).toBeUndefined();
  });

  test('is opened by its own password, and not by that of another one in capitals', async () => {
    expect(await nameOf(driver(), CAPITAL, 'another one')).toBeUndefined();
    expect(await nameOf(driver(), CAPITAL, PASSWORD)).toBe(ADA);
  });

  test('is spelled as the system does with pam_normalize_username', async () => {
    const exact = driver({ pam_normalize_username: true });
    expect(await nameOf(exact, CAPITAL, 'another one')).toBe(CAPITAL);
    expect(exact.normalize!(CAPITAL)).toBe(CAPITAL);
    expect(await nameOf(exact, ALIAS, 'of the alias')).toBe(ADA);
    expect(await nameOf(driver(), ALIAS, 'of the alias')).toBe(ALIAS);
  });

  test.each(['\n', '\r\x1b[31m', '\0', `${ADA}\n`, `\u0085${ADA}`])('is not called %j, and PAM is not asked', async (name) => {
    expect(await nameOf(driver({ service: 'elara-e2e-gone' }), name)).toBeUndefined();
    expect(lines).toEqual([]);
  });
});

describe('a one-time password', () => {
  const code = () => new TOTP({ secret, digits: 6 }).generate();

  test('is asked for after the password, and good once', async () => {
    const both = driver({ service: OTP });
    expect(await nameOf(both, ADA, PASSWORD, '000000')).toBeUndefined();
    expect(await nameOf(both, ADA, 'wrong', code())).toBeUndefined();
    expect(await nameOf(both, ADA)).toBeUndefined();
    const used = code();
    expect(await nameOf(both, ADA, PASSWORD, used)).toBe(ADA);
    expect(await nameOf(both, ADA, PASSWORD, used)).toBeUndefined();
  });
});

describe('modules', () => {
  const ask = (service: string, ms?: number) => pam({ service, user: Buffer.from(ADA), secrets: [Buffer.from('x')], calls: ['pam_authenticate'] }, ms);

  test('that hang are given up', async () => {
    await expect(ask(HANGING, 1500)).rejects.toThrow(`cannot ask PAM: because the modules of /etc/pam.d/${HANGING} do not answer`);
    await until('what they started has ended', () => spawnSync('pgrep', ['-f', '^/bin/sleep 61871$']).status === 1);
  });

  test('that end their process do not end the hub', async () => {
    await expect(ask(CRASHING)).rejects.toThrow(`the modules of /etc/pam.d/${CRASHING} ended their process`);
  });

  test('that punish wrong passwords with waiting hold up neither the hub nor its database', async () => {
    const delay = monitorEventLoopDelay({ resolution: 10 });
    delay.enable();
    const authenticator = driver({ service: SLOW, executor_threads: 4 });
    const begun = performance.now();
    let isOver = false;
    const checks = Promise.all(Array.from({ length: 8 }, () => nameOf(authenticator, ADA, 'wrong'))).finally(() => (isOver = true));
    // files and databases wait for the same few threads of Node
    let reads = 0;
    for (; !isOver; reads += 1) {
      await readFile('/etc/hostname');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(await checks).toEqual(Array<undefined>(8).fill(undefined));
    expect(performance.now() - begun).toBeGreaterThan(1500);
    expect(reads).toBeGreaterThan(15);
    expect(delay.percentile(90) / 1e6).toBeLessThan(500);
  });
});

describe('users without an account', () => {
  const names = async (app: TestApp) => ((await app.admin('GET', '/users')).json as { name: string }[]).map(({ name }) => name);

  test('are removed at a start with delete_invalid_users, but not all of them at once', async () => {
    const create = (allowed_users: string[]) => TestApp.create({ JupyterHub: { authenticator_class: 'pam' }, Authenticator: { allowed_users, delete_invalid_users: true } });
    const some = await create([ADA, 'elara-e2e-ghost', BOB]);
    const none = await create(['elara-e2e-ghost', 'elara-e2e-spirit']);
    expect([await names(some), await names(none)]).toEqual([[ADA, BOB], ['elara-e2e-ghost', 'elara-e2e-spirit']]);
    expect(lines).toContainEqual('Not one of the 2 users in the database has an account: nobody is removed, because the directory of accounts may just be away');
    await Promise.all([some.close(), none.close()]);
  });

  test('are told so when they come, and are made no users', async () => {
    const app = await TestApp.create({ JupyterHub: { authenticator_class: 'pam' }, Authenticator: { allow_all: true }, PAMAuthenticator: { service: DOOR } });
    const answer = await submitLogin(app, { username: 'elara-e2e-ghost', password: 'sesame' });
    expect([answer.status, answer.text]).toEqual([403, expect.stringContaining('You are known, but cannot be a user of this hub yet.')]);
    expect(await names(app)).toEqual([]);
    expect(lines).toContainEqual(expect.stringMatching(/^Failed login for "elara-e2e-ghost" from .*: cannot add the user elara-e2e-ghost: because there is no such account on this machine/));
    await app.close();
  });
});

describe('the built hub', () => {
  const sessions = () => (existsSync(traceFile) ? readFileSync(traceFile, 'utf8').trim().split('\n').map((line) => line.trim()) : []);
  const SERVER = 'import http.server, os, urllib.parse\nurl = urllib.parse.urlparse(os.environ["JUPYTERHUB_SERVICE_URL"])\nhttp.server.HTTPServer((url.hostname, url.port), http.server.SimpleHTTPRequestHandler).serve_forever()';
  let hub: TestHub;
  afterEach(() => hub.dispose(ADMIN));

  const start = async (pamTraits: Traits, Authenticator: Traits = { allow_all: true }) => {
    hub = await new TestHub({
      JupyterHub: { authenticator_class: 'pam', spawner_class: 'localprocess', services: [{ name: 'watcher', api_token: ADMIN, admin: true }] },
      Authenticator,
      PAMAuthenticator: pamTraits,
      Spawner: { cmd: ['/usr/bin/python3', '-c', SERVER] },
    }).start({ SECRET_OF_THE_HUB: 'for the hub alone' });
  };
  const status = async (username: string, password = PASSWORD) => (await logIn(hub.base, username, password)).answer.status;
  const server = async (method: string, name: string) => (await hub.request(method, `/users/${name}/server`, { token: ADMIN, ...(method === 'POST' && { body: {} }) })).status;
  const isReady = async (name: string) => ((await (await hub.request('GET', `/users/${name}`, { token: ADMIN })).json()) as { servers: Record<string, { ready: boolean }> }).servers['']?.ready;

  test('makes the accounts that are missing, and opens a session for each server', async () => {
    for (const name of [LATE, EARLY]) {
      spawnSync('userdel', ['--remove', name]);
      machine.accountOfOthers(name);
    }
    await start({ service: DOOR, open_sessions: true, create_system_users: true, uids: { [LATE]: 61_872 } }, { allow_all: true, allowed_users: [EARLY] });
    expect(execFileSync('getent', ['passwd', EARLY], { encoding: 'utf8' })).toContain(`/home/${EARLY}`);
    expect([await status(LATE, 'wrong'), spawnSync('id', [LATE]).status]).toEqual([403, 1]);
    expect(await status(LATE, 'sesame')).toBe(302);
    expect(execFileSync('id', ['-u', LATE], { encoding: 'utf8' }).trim()).toBe('61872');
    expect([await status('elara-e2e-no body', 'sesame'), await status('--root', 'sesame')]).toEqual([403, 403]);
    expect(hub.log).toMatch(/Failed login for "--root" from 127\.0\.0\.1: cannot make an account for "--root": because accounts have no such names/);
    expect(sessions()).toEqual([]);
    expect([201, 202]).toContain(await server('POST', LATE));
    await until('its server is up', () => isReady(LATE));
    expect(sessions()).toEqual([`open_session ${LATE}`]);
    expect(await server('DELETE', LATE)).toBe(204);
    // what the hub has in its environment is not for modules
    expect(sessions()).toEqual([`open_session ${LATE}`, `close_session ${LATE}`]);
  });

  test('starts servers without a session where none can be opened, and says so once', async () => {
    await start({ service: NO_SESSION, open_sessions: true });
    expect(await status(ADA)).toBe(302);
    for (const method of ['POST', 'DELETE', 'POST']) {
      expect([201, 202, 204]).toContain(await server(method, ADA));
      if (method === 'POST') await until('its server is up', () => isReady(ADA));
    }
    expect(hub.log.match(/pam_open_session failed for elara-e2e-ada, and no more sessions are opened/g)).toHaveLength(1);
    expect(hub.log).not.toContain('pam_close_session failed');
  });
});
