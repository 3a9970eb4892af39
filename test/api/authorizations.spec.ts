import { afterAll, beforeAll, expect, test } from 'vitest';
import { ADMIN_TOKEN, TestApp } from '../support/app.js';

const NOBODY = 'api-test-nobody-token-0123456789';
const COOKIE = 'jupyterhub-hub-login';

let app: TestApp;
let session: string;
/** The value of ada's login cookie, as a browser sends it. */
let value: string;

beforeAll(async () => {
  app = await TestApp.create({
    JupyterHub: {
      services: [{ name: 'admin-service', api_token: ADMIN_TOKEN, admin: true }, { name: 'nobody', api_token: NOBODY }],
    },
    Authenticator: { allow_all: true },
  });
  session = (await app.logIn('ada')).cookie;
  value = new RegExp(`${COOKIE}=([^;]+)`).exec(session)![1]!;
});
afterAll(() => app.close());

const ask = (path: string, token?: string, raw?: string, headers = {}) =>
  app.request({ path: `/hub/api/authorizations/cookie/${path}`, ...(token && { token }), ...(raw !== undefined && { raw }), headers });

test('tells whose a login cookie is, quoted or not', async () => {
  for (const form of [value, value.replaceAll('"', '')]) {
    const { status, json } = await ask(`${COOKIE}/${encodeURIComponent(form)}`, ADMIN_TOKEN);
    expect([status, json]).toEqual([200, expect.objectContaining({ kind: 'user', name: 'ada', admin: false })]);
  }
});

test('reads the value from the body where the address has none', async () => {
  expect((await ask(COOKIE, ADMIN_TOKEN, value)).json).toMatchObject({ name: 'ada' });
  expect((await ask(COOKIE, ADMIN_TOKEN)).status).toBe(404);
});

test('shows no more than the asker may see', async () => {
  const { status, json } = await ask(`${COOKIE}/${encodeURIComponent(value)}`, NOBODY);
  expect([status, json]).toEqual([200, {}]);
});

test.each([
  ['a value that nobody signed', `${COOKIE}/made-up`],
  ['a value signed for another cookie', () => `other/${encodeURIComponent(value)}`],
  ['a value that was changed', () => `${COOKIE}/${encodeURIComponent(value.replace(/.{4}"?$/, '0000'))}`],
])('does not know %s', async (_what, path) => {
  const { status, json } = await ask(typeof path === 'string' ? path : path(), ADMIN_TOKEN);
  expect([status, json.status]).toEqual([404, 404]);
});

test('is for tokens only', async () => {
  expect((await ask(`${COOKIE}/${encodeURIComponent(value)}`)).status).toBe(403);
  expect((await ask(`${COOKIE}/${encodeURIComponent(value)}`, undefined, undefined, { cookie: session })).status).toBe(403);
});
