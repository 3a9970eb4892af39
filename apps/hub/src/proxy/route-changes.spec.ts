import { expect, test } from 'vitest';
import type { Route } from './drivers/proxy-driver.js';
import { routeChanges, type WantedRoute } from './route-changes.js';

const route = (spec: string, port = 1, data: Route['data'] = { user: 'ann', server_name: '' }): Route => ({ spec, target: `http://127.0.0.1:${port}`, data });
const table = (...routes: Route[]) => new Map(routes.map((entry) => [entry.spec, { ...entry, data: { ...entry.data, last_activity: '2026-11-20T08:00:00Z' } }]));
const [a, b] = [route('/user/a/'), route('/user/b/', 2)];

test.each<[what: string, wanted: WantedRoute[], actual: Route[], add: Route[], remove: string[]]>([
  ['nothing at all', [], [], [], []],
  ['what is as it should be stays', [a, b], [a, b], [], []],
  ['a missing route is added', [a, b], [a], [b], []],
  ['a stale route is removed', [a], [a, b], [], ['/user/b/']],
  ['a wrong target is replaced', [a], [route('/user/a/', 9)], [a], []],
  ['a wrong purpose is replaced', [a], [route('/user/a/', 1, { service: 'x' })], [a], []],
  ['an empty table is filled', [a, b], [], [a, b], []],
  ['a pending route is left, there', [{ ...a, pending: true }], [route('/user/a/', 9)], [], []],
  ['a pending route is left, missing', [{ ...a, pending: true }], [], [], []],
  ['all at once', [a, route('/', 3, { hub: true })], [b, route('/', 4, { hub: true })], [a, route('/', 3, { hub: true })], ['/user/b/']],
])('%s', (_what, wanted, actual, add, remove) => {
  expect(routeChanges(wanted, table(...actual))).toEqual({ add, remove });
});
