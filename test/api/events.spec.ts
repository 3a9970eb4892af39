import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { EventStreams } from '../../apps/hub/src/http/event-streams.js';
import { ADMIN_TOKEN, TestApp } from '../support/app.js';

let app: TestApp;
let origin: string;
const opened: AbortController[] = [];

beforeAll(async () => {
  app = await TestApp.create({
    JupyterHub: { load_groups: { staff: { users: ['ada'] } } },
    Authenticator: { admin_users: ['boss'], allowed_users: ['ada', 'bob'] },
  });
  await app.hub.app.listen(0, '127.0.0.1');
  origin = `http://127.0.0.1:${((app.hub.app.getHttpServer() as Server).address() as AddressInfo).port}`;
});
afterEach(() => opened.splice(0).forEach((one) => one.abort()));
afterAll(() => app.close());

interface Stream {
  events: unknown[];
  /** Resolves once the hub has ended it. */
  ended: Promise<void>;
}

/** Opens a stream, and waits for its first event. */
async function open(path: string, headers: Record<string, string>): Promise<Stream> {
  const reading = new AbortController();
  opened.push(reading);
  const response = await fetch(`${origin}${path}`, { headers, signal: reading.signal });
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
  const stream: Stream = { events: [], ended: Promise.resolve() };
  stream.ended = read(response, stream.events).catch((error: unknown) => {
    if (!reading.signal.aborted) throw error;
  });
  await expect.poll(() => stream.events.length).toBeGreaterThan(0);
  return stream;
}

async function read(response: Response, events: unknown[]): Promise<void> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body!) {
    const blocks = (text + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n\n');
    text = blocks.pop()!;
    for (const block of blocks) if (block.startsWith('data: ')) events.push(JSON.parse(block.slice(6)));
  }
}

const as = (token: string) => ({ authorization: `token ${token}` });
const follow = (token: string) => open('/hub/api/events', as(token));
const review = () => app.hub.app.get(EventStreams).review();

async function tokenOf(user: string, scopes?: string[]): Promise<{ id: string; token: string }> {
  return (await app.admin('POST', `/users/${user}/tokens`, scopes ? { scopes } : {})).json as { id: string; token: string };
}

/** Something that everybody who listens gets to know, as far as they may know of anything. */
async function lastOf({ events }: Stream, marker: unknown): Promise<unknown[]> {
  await expect.poll(() => events).toContainEqual(marker);
  return events;
}

const labOf = (user: string, change = 'changed') => ({ kind: 'server', change, user, server: 'lab', ...(change === 'changed' && { state: 'stopped' }) });

test('an operator gets to know of every change', async () => {
  const stream = await follow(ADMIN_TOKEN);
  await app.admin('POST', '/users/cara');
  await app.admin('PUT', '/users/cara/servers/lab');
  await app.admin('PATCH', '/users/cara/servers/lab', { name: 'work' });
  await app.admin('PATCH', '/users/cara', { name: 'carla' });
  await app.admin('DELETE', '/users/carla');
  await app.admin('POST', '/groups/staff/users', { users: ['bob'] });
  await app.admin('POST', '/groups/new');
  await app.admin('DELETE', '/groups/new');
  await app.admin('POST', '/services/board', { display: false });
  await app.admin('DELETE', '/services/board');
  const removed = { kind: 'service', change: 'removed', service: 'board' };
  expect(await lastOf(stream, removed)).toEqual([
    { kind: 'refresh' },
    { kind: 'user', change: 'changed', user: 'cara' },
    labOf('cara'),
    labOf('cara', 'removed'),
    { ...labOf('cara'), server: 'work' },
    { kind: 'user', change: 'changed', user: 'carla' },
    { kind: 'user', change: 'removed', user: 'cara' },
    { ...labOf('carla', 'removed'), server: 'work' },
    { kind: 'user', change: 'removed', user: 'carla' },
    { kind: 'group', change: 'changed', group: 'staff' },
    { kind: 'group', change: 'changed', group: 'new' },
    { kind: 'group', change: 'removed', group: 'new' },
    { kind: 'service', change: 'changed', service: 'board' },
    removed,
  ]);
});

test('everybody else gets to know what their scopes show, and nothing of others', async () => {
  const [ada, ofStaff, ofGroups] = await Promise.all([
    follow((await tokenOf('ada')).token),
    follow(await staffToken()),
    follow(await adminTokenWith(['list:groups!group=staff'])),
  ]);
  await app.admin('PUT', '/users/bob/servers/lab');
  await app.admin('POST', '/users/dan');
  await app.admin('POST', '/groups/other');
  await app.admin('PUT', '/users/ada/servers/lab');
  await app.admin('PUT', '/groups/staff/properties', { size: 2 });
  expect(await lastOf(ada, labOf('ada'))).toEqual([{ kind: 'refresh' }, labOf('ada')]);
  expect(await lastOf(ofStaff, labOf('ada'))).toEqual([{ kind: 'refresh' }, labOf('bob'), labOf('ada')]);
  const staff = { kind: 'group', change: 'changed', group: 'staff' };
  expect(await lastOf(ofGroups, staff)).toEqual([{ kind: 'refresh' }, staff]);
});

test('who leaves a group is no longer shown to those who may see the group', async () => {
  const stream = await follow(await staffToken());
  await app.admin('DELETE', '/groups/staff/users', { users: ['bob'] });
  await app.admin('DELETE', '/users/bob/servers/lab', { remove: true });
  await app.admin('DELETE', '/users/ada/servers/lab', { remove: true });
  expect(await lastOf(stream, labOf('ada', 'removed'))).toEqual([{ kind: 'refresh' }, labOf('ada', 'removed')]);
});

test('a browser listens with its session, until it logs out', async () => {
  const { cookie, xsrf } = await app.logIn('ada');
  const browser = { cookie, 'sec-fetch-mode': 'cors', 'sec-fetch-site': 'same-origin' };
  expect((await fetch(`${origin}/hub/api/events`, { headers: browser })).status).toBe(403);
  const stream = await open(`/hub/api/events?_xsrf=${xsrf}`, browser);
  await app.request({ path: '/hub/logout', headers: { cookie } });
  await review();
  await stream.ended;
});

test.each([
  ['events', '/hub/api/events'],
  ['a log', '/hub/api/users/ada/server/logs?follow=true'],
])('a stream of %s ends when its token is revoked, and no other does', async (_what, path) => {
  const [mine, other] = [await tokenOf('ada'), await tokenOf('ada')];
  const [stream, stays] = [await open(path, as(mine.token)), await open(path, as(other.token))];
  await app.admin('DELETE', `/users/ada/tokens/${mine.id}`);
  await review();
  await stream.ended;
  expect(await Promise.race([stays.ended.then(() => 'ended'), new Promise((resolve) => setImmediate(() => resolve('open')))])).toBe('open');
});

test('a stream ends when its token expires, and when its owner is deleted', async () => {
  await app.admin('POST', '/users/eve');
  const [expires, deleted] = [await tokenOf('ada'), await tokenOf('eve')];
  const [first, second] = [await follow(expires.token), await follow(deleted.token)];
  await app.hub.foundation.db('api_tokens').where('id', Number(expires.id.slice(1))).update({ expires_at: '2020-01-01 00:00:00.000000' });
  await app.admin('DELETE', '/users/eve');
  await review();
  await Promise.all([first.ended, second.ended]);
});

test('nothing is sent any more to whom a scope was taken from, even before anybody looks', async () => {
  const { token } = await tokenOf('bob', ['read:servers!user']);
  const stream = await follow(token);
  const role = app.hub.foundation.db('roles').where('name', 'user');
  const { scopes } = (await role.clone().first()) as { scopes: string };
  await role.clone().update({ scopes: '[]' });
  // any write that matters to rights
  await app.admin('POST', '/users/fay');
  await app.admin('PUT', '/users/bob/servers/lab');
  await stream.ended;
  expect(stream.events).toEqual([{ kind: 'refresh' }]);
  await role.clone().update({ scopes });
  await app.admin('POST', '/users/gil');
});

test('nobody may open streams without end', async () => {
  const { token } = await tokenOf('ada');
  for (let open = 0; open < 50; open += 1) await follow(token);
  const { status, json } = await app.request({ path: '/hub/api/events', token });
  expect([status, json.message]).toEqual([429, expect.stringContaining('50 open already')]);
  opened.splice(0).forEach((one) => one.abort());
  await expect.poll(async () => (await fetchStatus(token)).status).toBe(200);
});

async function fetchStatus(token: string): Promise<Response> {
  const reading = new AbortController();
  opened.push(reading);
  return fetch(`${origin}/hub/api/events`, { headers: as(token), signal: reading.signal });
}

/** A token of an admin, cut to some scopes. */
const adminTokenWith = async (scopes: string[]) => (await tokenOf('boss', scopes)).token;

const staffToken = () => adminTokenWith(['read:servers!group=staff']);
