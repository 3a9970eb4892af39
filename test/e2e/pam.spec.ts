import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isAlive, TestHub, until } from '../support/hub.js';
import { logIn } from '../support/log-in.js';
import { Machine } from '../support/machine.js';

const ADMIN = 'pam-test-admin-0123456789';
const SERVICE = 'elara-e2e';
const GROUP = 'elara-e2e-group';
const PASSWORD = 'correct horse: "battery" $taple ü';
/** Accounts that the tests make: one who may come in, an admin, a member of an allowed group, and those who may not. */
const [ADA, BOSS, STAFF, BOB, EVE, OLD] = ['ada', 'boss', 'staff', 'bob', 'eve', 'old'].map((name) => `elara-e2e-${name}`) as [string, string, string, string, string, string];
const ACCOUNTS = [ADA, BOSS, STAFF, BOB, EVE, OLD];

/** A server that tells who it is; Python, since Node may be installed where other accounts cannot go. */
const SERVER = `
import http.server, json, os, urllib.parse
class Tell(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps({"pid": os.getpid(), "uid": os.getresuid(), "gid": os.getresgid(), "groups": os.getgroups(),
                           "cwd": os.getcwd(), "env": {name: os.environ.get(name) for name in ("HOME", "USER", "SHELL", "LOGNAME", "SECRET_OF_THE_HUB")}}).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)
url = urllib.parse.urlparse(os.environ["JUPYTERHUB_SERVICE_URL"])
http.server.HTTPServer((url.hostname, url.port), Tell).serve_forever()
`;

let hub: TestHub;
const machine = new Machine();

beforeAll(async () => {
  // nodelay: no seconds of punishment for each wrong password
  machine.service(SERVICE, ['auth required pam_unix.so nodelay', 'account required pam_unix.so']);
  machine.group(GROUP);
  for (const name of ACCOUNTS) machine.account(name, { password: PASSWORD, groups: name === STAFF || name === ADA ? [GROUP] : [], options: name === OLD ? ['--expiredate', '2020-01-01'] : [] });
  hub = await new TestHub({
    JupyterHub: { authenticator_class: 'pam', spawner_class: 'localprocess', services: [{ name: 'watcher', api_token: ADMIN, admin: true }] },
    Authenticator: { allowed_users: [ADA, OLD, BOB], admin_users: [BOSS], blocked_users: [BOB] },
    PAMAuthenticator: { service: SERVICE, allowed_groups: [GROUP] },
    Spawner: { cmd: ['/usr/bin/python3', '-c', SERVER] },
  }).start({ SECRET_OF_THE_HUB: 'for the hub alone' });
});
afterAll(async () => {
  await hub?.dispose(ADMIN);
  machine.removeAll();
});

async function attempt(username: string, password = PASSWORD) {
  const { browser, answer } = await logIn(hub.base, username, password);
  expect(browser.cookie('jupyterhub-hub-login') !== undefined).toBe(answer.status === 302);
  return { browser, status: answer.status };
}

const userModel = async (name: string) => {
  const answer = await hub.request('GET', `/users/${name}`, { token: ADMIN });
  return answer.status === 200 ? ((await answer.json()) as { admin: boolean; roles: string[] }) : undefined;
};

const id = (option: string, name: string) => execFileSync('id', [option, name], { encoding: 'utf8' }).trim().split(' ').map(Number);

describe('somebody with an account and the right password', () => {
  test('gets in, and a server that runs as them', async () => {
    const { browser, status } = await attempt(ADA);
    expect(status).toBe(302);
    expect((await browser.open(`${hub.base}/hub/spawn`)).status).toBe(200);
    await until('the server is up', async () => (await browser.send('GET', `${hub.base}/user/${ADA}/`)).status === 200);
    const told = JSON.parse((await browser.send('GET', `${hub.base}/user/${ADA}/`)).text) as Record<string, unknown> & { pid: number; groups: number[] };
    const [uid, gid] = [id('-u', ADA)[0], id('-g', ADA)[0]];
    const home = `/home/${ADA}`;
    expect(told).toMatchObject({ uid: [uid, uid, uid], gid: [gid, gid, gid], cwd: home });
    expect(told.env).toEqual({ HOME: home, USER: ADA, SHELL: '/bin/sh', LOGNAME: null, SECRET_OF_THE_HUB: null });
    expect(told.groups.sort()).toEqual(id('-G', ADA).sort());
    expect(uid).not.toBe(0);
    expect(statSync(`/proc/${told.pid}`).uid).toBe(uid);
    // its output is for the operator alone
    expect(statSync(path.join(hub.dir, 'logs', 'servers', `${ADA}.log`))).toMatchObject({ uid: 0, mode: 0o100600 });
    expect((await hub.request('DELETE', `/users/${ADA}/server`, { token: ADMIN })).status).toBe(204);
    expect(isAlive(told.pid)).toBe(false);
  });

  test('is one user, however the name is typed', async () => {
    expect((await attempt(` ${ADA} `)).status).toBe(302);
    expect(await userModel(ADA)).toMatchObject({ admin: false, roles: ['user'] });
  });

  test('is an admin when the config says so', async () => {
    expect((await attempt(BOSS)).status).toBe(302);
    expect(await userModel(BOSS)).toMatchObject({ admin: true, roles: ['user', 'admin'] });
  });

  test('gets in as a member of an allowed group', async () => {
    expect((await attempt(STAFF)).status).toBe(302);
  });
});

describe('nobody gets in', () => {
  test.each([
    ['with a wrong password', ADA, 'correct horse: "battery" $taple u'],
    ['with no password', ADA, ''],
    ['with the right password and more', ADA, `${PASSWORD}x`],
    ['with a password that ends early for C', ADA, `${PASSWORD}\0rest`],
    ['whose account has expired', OLD, PASSWORD],
    ['whom nobody knows', 'elara-e2e-nobody', PASSWORD],
    ['without a name', '', PASSWORD],
    ['whose name is an option', '--help', PASSWORD],
    ['whose name ends early for C', `${ADA}\0x`, PASSWORD],
    ['who is blocked', BOB, PASSWORD],
    ['who is not on the list', EVE, PASSWORD],
    ['who is root without a password', 'root', ''],
  ])('%s', async (_who, username, password) => {
    const before = hub.log.length;
    const { status } = await attempt(username, password);
    expect(status).toBe(403);
    expect(hub.log.slice(before)).toContain(`Failed login for ${JSON.stringify(username)} from 127.0.0.1: `);
  });

  test('and those whom nobody let in have no user', async () => {
    for (const name of [EVE, 'elara-e2e-nobody', 'root']) expect(await userModel(name)).toBeUndefined();
    expect(await userModel(BOB)).toMatchObject({ admin: false, roles: [] });
  });
});

test('a token can be had for name and password', async () => {
  const ask = (password: string) => hub.request('POST', `/users/${ADA}/tokens`, { body: { auth: { username: ADA, password } } });
  expect((await ask('wrong')).status).toBe(403);
  const { token } = (await (await ask(PASSWORD)).json()) as { token: string };
  expect(await (await hub.request('GET', '/user', { token })).json()).toMatchObject({ name: ADA });
});

test('no password is in the log', () => {
  expect(hub.log).toContain('User logged in: ');
  for (const part of ['battery', 'taple']) expect(hub.log).not.toContain(part);
});
