import { copyFileSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { answersOf, differences } from '../migration/answers.js';
import { summary, unexpected } from '../migration/expected.js';
import { expectLoggedIn, type Inhabitants, settle } from '../migration/inhabitants.js';
import { Kernel } from '../migration/kernel.js';
import { ADMIN_TOKEN, MovingHub, type ProxyOwner } from '../migration/moving-hub.js';
import { isAlive } from '../support/hub.js';
import { readByJupyterHub } from '../support/hub-database.js';

/** `npm run migrate-check` ends the hubs in every way, and tells what it sees. */
const isFull = process.env['MIGRATE_CHECK'] === 'full';
const tell = (...lines: string[]) => isFull && console.log(lines.join('\n'));

let hub: MovingHub;
let kernel: Kernel | undefined;
afterEach(async () => {
  kernel?.end();
  await hub.dispose();
});

type Server = { pid: number; ready: boolean };

async function serversOf(user: string): Promise<Record<string, Server>> {
  const { servers } = (await (await hub.request('GET', `/users/${user}`, { token: ADMIN_TOKEN })).json()) as { servers: Record<string, { state: { pid: number }; ready: boolean }> };
  return Object.fromEntries(Object.entries(servers).map(([name, { state, ready }]) => [name, { pid: state.pid, ready }]));
}

const running = async () => ({ bob: await serversOf('bob'), ada: await serversOf('ada') });

/** Users notice nothing: servers, the open notebook, the login. A notebook connects anew when it was the hub whose proxy it was. */
async function expectUnnoticed({ tokens, browser }: Inhabitants, before: Awaited<ReturnType<typeof running>>, owner: ProxyOwner): Promise<void> {
  expect(await running()).toEqual(before);
  expect(kernel!.closed).toBe(owner === 'hub');
  if (owner === 'hub') kernel = await kernel!.again(hub, tokens['bob']!);
  expect(await kernel!.run('print(answer)')).toBe('42');
  await expectLoggedIn(hub, browser);
}

const SHORT = [['SIGTERM', 'nobody']] as const;
const FULL = [...SHORT, ['SIGKILL', 'nobody'], ['SIGTERM', 'hub']] as const;

test.each(isFull ? FULL : SHORT)("JupyterHub 3.0.0 ends by %s, Elara goes on with its files, and back; the proxy belongs to %s", async (signal, owner) => {
  hub = await new MovingHub(['jupyterhub-singleuser'], owner).prepare();
  await hub.start('jupyterhub');
  const people = await settle(hub);
  kernel = await Kernel.start(hub, people.tokens['bob']!);
  expect(await kernel.run('answer = 6 * 7; print(answer)')).toBe('42');
  const [before, servers] = [await answersOf(hub, people), await running()];
  expect([servers.bob['']!.ready, servers.ada['lab']!.ready]).toEqual([true, true]);

  await hub.stop(signal);
  expect([servers.bob['']!.pid, servers.ada['lab']!.pid].filter(isAlive)).toHaveLength(2);
  tell(await hub.elara('upgrade-db'));
  await hub.start('elara');
  const found = differences(before, await answersOf(hub, people));
  tell(`${before.size} values of answers were compared. Otherwise on purpose, and how often:`, ...summary(found));
  expect(unexpected(found)).toEqual({ differences: [], rules: [] });
  await expectUnnoticed(people, servers, owner);
  if (isFull) await expectServersWork();
  const { token } = (await (await hub.request('POST', '/users/bob/tokens', { token: ADMIN_TOKEN, body: { note: 'by Elara', expires_in: 600 } })).json()) as { token: string };

  await hub.stop(signal);
  expect(readByJupyterHub(hub.database, token)).toBe('bob');
  restoreCopy();
  await hub.start('jupyterhub');
  expect(differences(before, await answersOf(hub, people))).toEqual([]);
  await expectUnnoticed(people, servers, owner);
  tell('JupyterHub on the copy answers as before.');
});

/** What JupyterHub has stopped is started here, and stopped. */
async function expectServersWork(): Promise<void> {
  for (const [method, status] of [['POST', 201], ['DELETE', 204]] as const) {
    expect((await hub.request(method, '/users/cleo/servers/old', { token: ADMIN_TOKEN })).status).toBe(status);
  }
}

/** The way back to a JupyterHub that does not know the schema of 6.0. */
function restoreCopy(): void {
  const copies = readdirSync(hub.dir).filter((name) => /^jupyterhub\.sqlite\.\d{4}/.test(name));
  expect(copies).toHaveLength(1);
  for (const suffix of ['-wal', '-shm']) rmSync(`${hub.database}${suffix}`, { force: true });
  copyFileSync(path.join(hub.dir, copies[0]!), hub.database);
}
