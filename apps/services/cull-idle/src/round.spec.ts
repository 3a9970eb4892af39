import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HubClient, type Log } from '#hub-client';
import { FakeHub } from '../../../../test/fakes/fake-hub.js';
import { readOptions } from './options.js';
import { cullRound } from './round.js';

const IDLE = { last_activity: '2020-01-01T00:00:00Z', started: '2020-01-01T00:00:00Z' };
const busy = () => ({ last_activity: new Date().toISOString(), started: '2020-01-01T00:00:00Z' });

let hub: FakeHub;
let lines: string[];

const log: Log = {
  info: (line) => void lines.push(line),
  warn: (line) => void lines.push(`W ${line}`),
  error: (line) => void lines.push(`E ${line}`),
};

async function round(flags: string[] = [], signal = new AbortController().signal, timeoutMs = 5_000): Promise<void> {
  const options = readOptions(flags, { JUPYTERHUB_API_TOKEN: hub.apiToken, JUPYTERHUB_API_URL: hub.apiUrl })!;
  const client = new HubClient({ apiUrl: options.apiUrl, token: options.token, timeoutMs });
  await cullRound(client, options, log, signal);
}

beforeEach(async () => {
  lines = [];
  hub = await FakeHub.start();
});

afterEach(() => hub.stop());

describe('cullRound', () => {
  it('stops what is idle and keeps the rest, over all pages, and says why', async () => {
    for (let i = 0; i < 7; i++) hub.addUser(`user${i}`, {}, { '': i % 2 ? IDLE : busy(), lab: IDLE });
    hub.addUser('a b/c', {}, { '': IDLE });
    await round();
    expect([...hub.users.values()].map((user) => Object.keys(user.servers!).length)).toEqual([1, 0, 1, 0, 1, 0, 1, 0]);
    expect(lines.filter((line) => line.startsWith('stopping server'))).toHaveLength(11);
    expect(lines).toContainEqual(
      expect.stringMatching(/^keeping server user0: idle for 00:00:0\d, age .*: idle limit is 00:10:00$/),
    );
    expect(lines.at(-1)).toBe('round done (hub 6.0.0): 8 users, 15 servers, 11 stopped, 0 users deleted, 0 failed');
  });

  it.each([0, 1, 3, 100])('takes lists in pages of %i (0 is a plain list)', async (pageSize) => {
    hub.pageSize = pageSize;
    for (let i = 0; i < 5; i++) hub.addUser(`user${i}`, {}, { '': IDLE });
    await round();
    expect(lines.at(-1)).toContain('5 stopped');
  });

  it('goes on when the hub fails for one user, and when another never gets an answer', async () => {
    for (const name of ['broken-bo', 'mute-max', 'ana', 'zoe']) hub.addUser(name, {}, { '': IDLE });
    await round(['--concurrency=1'], undefined, 300);
    expect(lines).toContain(
      'E cannot stop server broken-bo: because the hub answered 500 to DELETE /hub/api/users/broken-bo/server: Internal Server Error',
    );
    expect(lines).toContainEqual(expect.stringMatching(/^E cannot stop server mute-max: because .*no answer within 0.3 s$/));
    expect(lines.at(-1)).toContain('2 stopped, 0 users deleted, 2 failed');
  });

  it('deletes idle users once nothing of theirs runs', async () => {
    hub.addUser('gone', IDLE, { '': IDLE, lab: IDLE });
    hub.addUser('inactive', IDLE);
    hub.addUser('new', { last_activity: null, created: new Date().toISOString() });
    hub.addUser('half', IDLE, { '': IDLE, lab: busy() });
    hub.addUser('slow-sue', IDLE, { '': IDLE });
    hub.addUser('boss', { ...IDLE, admin: true });
    await round(['--cull-users', '--cull-admin-users=false']);
    expect([...hub.users.keys()]).toEqual(['new', 'half', 'slow-sue', 'boss']);
    expect(lines).toContain('W server slow-sue is slow to stop');
    expect(lines).toContain('keeping user half: 1 of their servers are still there');
    expect(lines).toContainEqual(expect.stringMatching(/^keeping user boss: .*admins are not culled/));
  });

  it('deletes nobody whose servers it may not see', async () => {
    hub.addUser('ana', { ...IDLE, servers: undefined });
    await round(['--cull-users']);
    expect([...hub.users.keys()]).toEqual(['ana']);
    expect(lines).toContainEqual(expect.stringContaining('W keeping user ana: the token does not show servers'));
  });

  it('culls nothing when the hub is not well, and passes on why', async () => {
    hub.addUser('ana', {}, { '': IDLE });
    hub.failing = 503;
    await expect(round()).rejects.toThrow('The hub is not well');
  });

  it('stops in the middle when it is told to end', async () => {
    const ending = new AbortController();
    for (let i = 0; i < 5; i++) hub.addUser(`mute-${i}`, {}, { '': IDLE });
    const running = round(['--concurrency=1'], ending.signal);
    await expect.poll(() => lines.length).toBe(1);
    ending.abort();
    await running;
    expect(lines.filter((line) => line.startsWith('E'))).toEqual([]);
  });
});
