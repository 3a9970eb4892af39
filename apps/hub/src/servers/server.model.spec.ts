import { expect, test } from 'vitest';
import { hubConfigSchema } from '../config/schema.js';
import { hubUrls } from '../config/urls.js';
import { neverStarted, serverModel } from './server.model.js';
import type { ServerRecord } from './server-record.js';

const urls = hubUrls(hubConfigSchema.parse({}));
const record: ServerRecord = { ...neverStarted({ id: 1, name: 'un.a@example.org' }), name: 'a lab', displayName: 'A lab', userOptions: { size: 's' } };

test('a running named server', () => {
  const started = '2026-11-20 08:12:47.620884';
  expect(serverModel({ ...record, state: 'ready', started, lastActivity: '2026-11-20 08:12:47.000000', spawnerState: { pid: 7 } }, urls)).toEqual({
    name: 'a lab',
    display_name: 'A lab',
    full_name: 'un.a@example.org/a lab',
    last_activity: '2026-11-20T08:12:47Z',
    started: '2026-11-20T08:12:47.620884Z',
    pending: null,
    ready: true,
    stopped: false,
    url: '/user/un.a@example.org/a%20lab/',
    user_options: { size: 's' },
    progress_url: '/hub/api/users/un.a@example.org/servers/a%20lab/progress',
    full_url: null,
    full_progress_url: null,
    state: { pid: 7 },
  });
});

test.each([
  ['stopped', { pending: null, ready: false, stopped: true }],
  ['spawn-pending', { pending: 'spawn', ready: false, stopped: false }],
  ['ready', { pending: null, ready: true, stopped: false }],
  ['stop-pending', { pending: 'stop', ready: false, stopped: false }],
] as const)('%s', (state, expected) => expect(serverModel({ ...record, state }, urls)).toMatchObject(expected));

test('a default server that was never started', () => {
  expect(serverModel(neverStarted({ id: 1, name: 'ann' }), urls)).toMatchObject({
    display_name: '',
    full_name: 'ann/',
    url: '/user/ann/',
    progress_url: '/hub/api/users/ann/server/progress',
    user_options: null,
    state: null,
  });
});

test('full addresses where the public one is known', () => {
  const known = hubUrls(hubConfigSchema.parse({ JupyterHub: { bind_url: 'http://:8000/team/', public_url: 'https://h.test/team/' } }));
  expect(serverModel(neverStarted({ id: 1, name: 'ann' }), known)).toMatchObject({
    full_url: 'https://h.test/team/user/ann/',
    full_progress_url: 'https://h.test/team/hub/api/users/ann/server/progress',
  });
});

test('a failure stands under our own key', () => {
  const failure = { code: 'exited-early' as const, message: 'm', detail: 'd', hint: 'h', log: ['x'] };
  expect(serverModel({ ...record, failure }, urls).elara).toEqual({ failure });
  expect(serverModel(record, urls)).not.toHaveProperty('elara');
});
