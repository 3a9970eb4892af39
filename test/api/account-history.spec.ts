import { afterAll, beforeAll, expect, test } from 'vitest';
import { ADMIN_TOKEN, TestApp } from '../support/app.js';

let app: TestApp;

beforeAll(async () => {
  app = await TestApp.create({
    JupyterHub: { services: [{ name: 'admin-service', api_token: ADMIN_TOKEN, admin: true }] },
    Authenticator: { allowed_users: ['ada', 'bob'] },
  });
});
afterAll(() => app.close());

const pageOf = async (name: string, query = '') => {
  const { cookie } = await app.logIn(name);
  return app.request({ path: `/hub/history${query}`, headers: { cookie } });
};
/** What stands in the cells of the table, row by row. */
const rowsOf = ({ text }: { text: string }) =>
  [...text.matchAll(/<tr>\s*<td.*?<\/tr>/gs)].map(([row]) => [...row.matchAll(/<td[^>]*>(.*?)<\/td>/gs)].map(([, cell]) => cell!.replace(/<[^>]+>/g, '').trim()));

test('people see what was done to their own account, and by whom, and nothing of others', async () => {
  await app.admin('PUT', '/users/ada/servers/lab', {});
  await app.admin('PUT', '/users/ada/servers/lab<b>', {});
  await app.admin('PUT', '/users/bob/servers/secret', {});
  const page = await pageOf('ada');
  expect(page.status).toBe(200);
  const rows = rowsOf(page);
  expect(rows[0]).toEqual(['just now', 'Logged in', 'you', expect.stringMatching(/^127\.0\.0\.1, session \w{12}$/)]);
  expect(rows.slice(1, 3)).toEqual([
    ['just now', 'Made a server: lab&lt;b&gt; failed', 'service admin-service', ''],
    ['just now', 'Made a server: lab', 'service admin-service', ''],
  ]);
  expect(page.text).not.toContain('secret');
});

test('long histories come page by page', async () => {
  for (let n = 0; n < 55; n += 1) await app.admin('PUT', `/users/bob/servers/s${n}`, {});
  const first = await pageOf('bob');
  expect(rowsOf(first)).toHaveLength(50);
  const [, next] = /history\?before=([\d-]+)/.exec(first.text)!;
  const second = await pageOf('bob', `?before=${next}`);
  expect(rowsOf(second).map(([, what]) => what)).toContain('Made a server: secret');
  expect(second.text).not.toContain('history?before=');
});

test('a page that there is not is a clear 400, and strangers are led to the login', async () => {
  const { status, text } = await pageOf('ada', '?before=yesterday');
  expect([status, text]).toEqual([400, expect.stringContaining('before cannot be understood')]);
  expect(await app.request({ path: '/hub/history' })).toMatchObject({ status: 302, headers: { location: '/hub/login?next=%2Fhub%2Fhistory' } });
});
