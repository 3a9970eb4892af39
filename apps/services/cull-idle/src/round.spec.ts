import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HubClient, type Log } from '#hub-client';
import { FakeHub } from '../../../../test/fakes/fake-hub.js';
import type { Decision } from './decision.js';
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

async function round(flags: string[] = [], signal = new AbortController().signal, timeoutMs = 5_000): Promise<Decision[]> {
  const options = readOptions(flags, { JUPYTERHUB_API_TOKEN: hub.apiToken, JUPYTERHUB_API_URL: hub.apiUrl })!;
  const client = new HubClient({ apiUrl: options.apiUrl, token: options.token, timeoutMs });
  return cullRound(client, options, log, signal);
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
      expect.stringMatching(/^keeping server user0: idle for 00:00:0\d, age .*: idle limit of default servers is 00:10:00$/),
    );
    expect(lines.at(-1)).toBe('round done (hub 6.0.0): 8 users, 15 servers, 11 stopped, 0 warned, 0 users deleted, 0 failed');
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
    expect(lines.at(-1)).toContain('2 stopped, 0 warned, 0 users deleted, 2 failed');
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

const seconds = (ago: number) => new Date(Date.now() - ago * 1000).toISOString();
const GRACE = ['--timeout=600', '--grace=60'];
const serversLeft = () => [...hub.users.values()].flatMap(({ name, servers }) => Object.keys(servers!).map((server) => `${name}/${server}`));

describe('with a hub that explains itself', () => {
  beforeEach(() => void (hub.explains = true));

  it('tells it by which policy, before anything else', async () => {
    await round(['--named-server-timeout=60', '--no-cull-default-servers', '--group-timeout=red=7', '--group-timeout=a=b=never', '--max-age=9']);
    const policy = { timeout: { default: null, named: 60 }, group_timeout: { red: 7, 'a=b': null }, max_age: 9, grace: 0 };
    expect(hub.policy).toEqual({ policy, cull_every: 3 });
  });

  it('warns, waits, and stops; whoever comes back meanwhile is spared', async () => {
    hub.addUser('ana', {}, { '': IDLE });
    hub.addUser('bea', {}, { '': IDLE });
    await round(GRACE);
    const { cull_warning: warning } = hub.users.get('ana')!.servers!['']!.elara as { cull_warning: { at: string; reason: string; idle_since: string } };
    expect(warning).toMatchObject({ reason: expect.stringMatching(/^it has not been used for \d+ days/) as string, idle_since: '2020-01-01T00:00:00.000Z' });
    expect(Date.parse(warning.at) - Date.now()).toBeGreaterThan(50_000);
    expect(lines).toContainEqual(expect.stringMatching(/^warning the owner of server ana: idle for/));
    await round(GRACE);
    expect(lines).toContainEqual(expect.stringMatching(/^keeping server ana: .*its owner was warned, 00:00:\d\d are left$/));
    warning.at = seconds(1);
    hub.users.get('ana')!.servers!['']!.elara = { cull_warning: warning };
    hub.addUser('bea', {}, { '': busy() });
    await round(GRACE);
    expect(serversLeft()).toEqual(['bea/']);
  });

  it('warns of what becomes too old in any case', async () => {
    hub.addUser('ana', {}, { '': { ...busy(), started: seconds(950) } });
    await round(['--max-age=1000', '--grace=100']);
    expect(hub.users.get('ana')!.servers!['']!.elara).toMatchObject({ cull_warning: { idle_since: null, reason: expect.stringMatching(/^it has been running for 15 minutes .*, and no server runs for longer than 16 minutes 40 seconds$/) as string } });
  });

  it('spares what is stale, and takes its warning back', async () => {
    hub.addUser('ana', {}, { '': { ...IDLE, elara: { cull_warning: { at: seconds(1), reason: 'idle' } } } });
    const lost = { last: IDLE.last_activity, age: null, received: seconds(700), interval: 300 };
    hub.known.set('ana/', { sources: { proxy: { last: null, age: null, read: seconds(0), interval: 300 }, report: lost, api: { last: null, age: null } } });
    await round(GRACE);
    expect(serversLeft()).toEqual(['ana/']);
    expect(hub.users.get('ana')!.servers!['']!.elara).toEqual({});
    expect(lines).toContainEqual(expect.stringMatching(/^keeping server ana: .*because its last report came 00:11:4\d ago, and one is due every 00:05:00$/));
  });

  it('goes by what the hub knows at that moment, and by its clock', async () => {
    hub.addUser('ana', {}, { '': IDLE });
    hub.addUser('bea', {}, { '': { ...IDLE, last_activity: seconds(3600) } });
    hub.known.set('ana/', { last_activity: seconds(1) });
    hub.known.set('bea/', { now: seconds(3599) });
    await round();
    expect(serversLeft()).toEqual(['ana/', 'bea/']);
  });

  it('knows the groups that the hub shows, and culls nothing by the wrong limit when it shows none', async () => {
    hub.addUser('ana', { groups: ['red'] }, { '': IDLE });
    hub.addUser('bea', { groups: [] }, { '': IDLE });
    hub.addUser('cleo', {}, { '': IDLE });
    await round(['--group-timeout=red=never']);
    expect(serversLeft()).toEqual(['ana/', 'cleo/']);
    expect(lines).toContain('keeping server cleo: the token does not show groups (it needs read:users:groups)');
  });

  it('keeps what it cannot judge', async () => {
    hub.addUser('broken-bo', {}, { '': IDLE });
    await round();
    expect(lines.filter((line) => line.startsWith('E'))).toEqual([expect.stringMatching(/^E cannot judge server broken-bo: because the hub answered 500/)]);
    expect(lines.at(-1)).toContain('0 stopped, 0 warned, 0 users deleted, 1 failed');
  });

  it('does nothing in a dry run, and says what it would do', async () => {
    hub.addUser('ana', IDLE, { '': IDLE, lab: busy() });
    hub.addUser('bea', IDLE, { '': IDLE });
    const decisions = await round(['--dry-run', '--cull-users']);
    expect(decisions.map(({ name, kind, action, code }) => [name, kind, action, code])).toEqual([
      ['ana/', 'default server', 'stop', 'idle'],
      ['ana/lab', 'named server', 'keep', 'in-use'],
      ['bea/', 'default server', 'stop', 'idle'],
      ['bea', 'user', 'delete', null],
    ]);
    expect(serversLeft()).toEqual(['ana/', 'ana/lab', 'bea/']);
    expect(hub.policy).toBeUndefined();
  });
});

it('stops without warnings where a hub takes none, and says so', async () => {
  hub.addUser('ana', {}, { '': IDLE });
  await round(GRACE);
  expect(serversLeft()).toEqual([]);
  expect(lines).toContain('W nobody is warned: because this hub takes no warnings');
});
