import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openFolder, type Told } from '../support/account-server.js';
import { asAccount, makeAccount, removeAccounts, type TestAccount } from '../support/accounts.js';
import { isAlive, root, TestHub, until } from '../support/hub.js';
import { logIn } from '../support/log-in.js';
import { runBin } from '../support/programs.js';

const ADMIN = 'accounts-test-admin-0123456789';
const [HUB, ADA, EVE, PEOPLE] = ['elara-acc-hub', 'elara-acc-ada', 'elara-acc-eve', 'elara-acc-people'] as [string, string, string, string];
const SUDOERS = '/etc/sudoers.d/elara-acc';

let folder: string;
let ada: TestAccount;
let hubAccount: TestAccount;

const cleanUp = () => {
  removeAccounts([HUB, ADA, EVE], [PEOPLE]);
  rmSync(SUDOERS, { force: true });
};

beforeAll(() => {
  cleanUp();
  hubAccount = makeAccount(HUB);
  ada = makeAccount(ADA, { groups: [PEOPLE], shell: '/bin/sh' });
  makeAccount(EVE);
  ({ folder } = openFolder('sudospawner-singleuser'));
  copyFileSync(path.join(root, 'bin', 'elara-sudospawner'), path.join(folder, 'elara-sudospawner'));
});
afterAll(() => {
  cleanUp();
  rmSync(folder, { recursive: true });
});

interface ServerModel {
  ready: boolean;
  elara?: { failure: { code: string; message: string; detail: string; hint: string; log: string[] } };
}

/** A hub that runs as an ordinary account. */
async function hubOf(spawner_class: string, traits: Record<string, Record<string, unknown>>): Promise<TestHub> {
  const services = [{ name: 'watcher', api_token: ADMIN, admin: true }];
  const hub = await new TestHub({ JupyterHub: { spawner_class, services }, ...traits }, { as: asAccount(HUB) }).configure();
  execFileSync('chown', ['-R', HUB, hub.dir]);
  return hub.start({ HOME: hubAccount.home });
}

async function serverOf(hub: TestHub, user: string): Promise<ServerModel | undefined> {
  const answer = await hub.request('GET', `/users/${user}?include_stopped_servers`, { token: ADMIN });
  return ((await answer.json()) as { servers: Record<string, ServerModel> }).servers[''];
}

/** Starts a server that does not come up. */
async function failureOf(hub: TestHub, user: string) {
  await hub.request('POST', `/users/${user}`, { token: ADMIN });
  expect((await hub.request('POST', `/users/${user}/server`, { token: ADMIN })).status).toBe(500);
  return (await serverOf(hub, user))!.elara!.failure;
}

const toldBy = async (hub: TestHub, user: string) => (await (await fetch(`${hub.base}/user/${user}/`)).json()) as Told;

const hubsAccount = (hub: TestHub) => statSync(`/proc/${hub.process!.pid}`).uid;

describe('a hub that is not root, with SudoSpawner', () => {
  let hub: TestHub;
  beforeAll(async () => {
    const helper = path.join(folder, 'elara-sudospawner');
    writeFileSync(SUDOERS, `${HUB} ALL=(%${PEOPLE}) NOPASSWD: ${helper}\n`, { mode: 0o440 });
    hub = await hubOf('sudo', { SudoSpawner: { sudospawner_path: helper, interrupt_timeout: 5 }, Spawner: { args: ['--some'] } });
  });
  afterAll(() => hub?.dispose(ADMIN));

  test('starts a server as the person who has logged in, keeps it over its own end, and stops it', async () => {
    expect(hubsAccount(hub)).toBe(hubAccount.uid);
    const { browser, answer } = await logIn(hub.base, ADA);
    expect(answer.status).toBe(302);
    await browser.open(`${hub.base}/hub/spawn`);
    await until('the server is up', async () => (await browser.send('GET', `${hub.base}/user/${ADA}/`)).status === 200);
    const told = await toldBy(hub, ADA);
    const { uid, gid, home, shell, groups } = ada;
    expect(told).toMatchObject({ uid: [uid, uid, uid], gid: [gid, gid, gid], cwd: home, args: ['--some'], env: { HOME: home, SHELL: shell, USER: ADA, JUPYTERHUB_USER: ADA } });
    expect(told.groups.sort()).toEqual(groups);
    expect(told.env.SUDO_USER).toBeUndefined();
    expect(statSync(path.join(hub.dir, 'logs', 'servers', `${ADA}.log`))).toMatchObject({ uid: hubAccount.uid, mode: 0o100600 });

    await hub.kill('SIGKILL');
    await hub.start({ HOME: hubAccount.home });
    expect(await until('the server is known again', async () => (await serverOf(hub, ADA))?.ready)).toBe(true);
    expect((await toldBy(hub, ADA)).pid).toBe(told.pid);

    expect((await hub.request('DELETE', `/users/${ADA}/server`, { token: ADMIN })).status).toBe(204);
    expect(isAlive(told.pid)).toBe(false);
    expect(readFileSync(path.join(hub.dir, 'logs', 'servers', `${ADA}.log`), 'utf8')).toContain('ended by SIGINT');
  });

  test('says so when sudo does not let it', async () => {
    expect(await failureOf(hub, EVE)).toMatchObject({
      code: 'account',
      message: 'The hub may not start servers for your account',
      detail: `cannot act as ${EVE} through sudo: because it ended with status 1`,
      hint: expect.stringContaining('/etc/sudoers.d') as string,
      log: [expect.stringContaining('sudo: a password is required') as string],
    });
  });

  test.each([['elara-acc-nobody'], ['root'], ['#0']])('starts nothing for %s', async (name) => {
    await hub.request('POST', '/users', { token: ADMIN, body: { usernames: [name] } });
    expect((await hub.request('POST', `/users/${encodeURIComponent(name)}/server`, { token: ADMIN })).status).toBe(500);
    expect((await serverOf(hub, encodeURIComponent(name)))!.elara!.failure.code).toBe('account');
  });
});

describe('a hub that is not root, with LocalProcessSpawner', () => {
  let hub: TestHub;
  beforeAll(async () => {
    hub = await hubOf('localprocess', { Spawner: { cmd: [path.join(folder, 'sudospawner-singleuser')] } });
  });
  afterAll(() => hub?.dispose(ADMIN));

  test('says at once what it cannot do, and what to use instead', () => {
    expect(hub.log).toMatch(new RegExp(`LocalProcessSpawner can start servers for ${HUB} only, because the hub runs as ${HUB}: .*as root.*spawner_class: sudo.*spawner_class: simple`));
  });

  test('says the same to those who ask for a server', async () => {
    expect(await failureOf(hub, ADA)).toMatchObject({
      code: 'account',
      message: 'The hub may not start servers for your account',
      detail: `cannot start a server as ${ADA}: because the hub runs as ${HUB}, and only root may switch to another account`,
      hint: expect.stringMatching(/as root.*spawner_class: sudo.*spawner_class: simple/) as string,
    });
  });

  test('serves its own account', async () => {
    await hub.request('POST', `/users/${HUB}`, { token: ADMIN });
    expect((await hub.request('POST', `/users/${HUB}/server`, { token: ADMIN })).status).toBe(201);
    expect(await toldBy(hub, HUB)).toMatchObject({ uid: [hubAccount.uid, hubAccount.uid, hubAccount.uid], cwd: hubAccount.home });
  });
});

if (!existsSync('/run/systemd/system')) {
  test('where there is no systemd, a hub with SystemdSpawner says so and does not start', async () => {
    const hub = new TestHub({ JupyterHub: { spawner_class: 'systemd' } });
    expect(await hub.startInVain()).toBe(1);
    expect(hub.log).toContain('cannot use SystemdSpawner: because this machine was not booted with systemd');
    const checked = await runBin('elara', ['check-config', '-f', hub.configFile]);
    expect(checked).toMatchObject({ status: 0, output: expect.stringContaining('on this machine: cannot use SystemdSpawner: because') as string });
    await hub.dispose();
  });
}

test('sudo understands the lines of the documentation', () => {
  const text = readFileSync(path.join(root, 'docs', 'how-to', 'accounts.md'), 'utf8');
  const lines = [...text.matchAll(/^```sudoers\n([\s\S]*?)^```$/gm)].map(([, body]) => body!);
  expect(lines).not.toEqual([]);
  for (const body of lines) {
    const file = path.join(folder, 'sudoers');
    writeFileSync(file, body, { mode: 0o440 });
    const { status, stdout, stderr } = spawnSync('visudo', ['-cf', file], { encoding: 'utf8' });
    expect({ status, stderr, stdout }).toMatchObject({ status: 0, stdout: expect.stringContaining('parsed OK') as string });
  }
});
