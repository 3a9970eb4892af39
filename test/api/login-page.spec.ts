import { afterEach, expect, test } from 'vitest';
import { TestApp } from '../support/app.js';

let app: TestApp | undefined;
afterEach(async () => {
  await app?.close();
  app = undefined;
});

async function loginPage(traits: Record<string, unknown>, query = '') {
  app = await TestApp.create({ Authenticator: traits });
  return app.request({ path: `/hub/login${query}` });
}

const SSO = 'https://login.example.org/start';
const NEXT = `?next=${encodeURIComponent('/hub/token?a=b')}`;

test('login_service is a button in the place of the form', async () => {
  const { status, text } = await loginPage({ login_service: 'Example <Univ>', login_url: SSO }, NEXT);
  expect(status).toBe(200);
  expect(text).toContain('Sign in with Example &lt;Univ&gt;');
  expect(text).toContain(`href="${SSO}?next=%2Fhub%2Ftoken%3Fa%3Db"`);
  expect(text).not.toContain('id="login_form"');
});

test('custom_html is rendered in the place of the form, with the variables of the page', async () => {
  const custom_html = '<form method="post" action="{{ authenticator_login_url }}"><input type="hidden" name="_xsrf" value="{{ xsrf }}"><p id="own">{{ username }} {{ next }}</p></form>';
  const answer = await loginPage({ custom_html }, `${NEXT}&username=<b>ada`);
  expect(answer.text).toContain('<p id="own">&lt;b&gt;ada /hub/token?a=b</p>');
  expect(answer.text).toContain('action="/hub/login?next=%2Fhub%2Ftoken%3Fa%3Db"');
  expect(answer.text).not.toContain('id="login_form"');
  const xsrf = /name="_xsrf" value="([^"]+)"/.exec(answer.text)![1]!;
  const raw = new URLSearchParams({ username: 'ada', password: 'secret', _xsrf: xsrf }).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded', cookie: `_xsrf=${xsrf}` };
  expect((await app!.request({ method: 'POST', path: `/hub/login${NEXT}`, raw, headers })).headers.location).toBe('/hub/token?a=b');
});

test('auto_login sends people on, with where they wanted to go and nowhere else', async () => {
  expect((await loginPage({ auto_login: true, login_url: SSO })).headers.location).toBe(SSO);
  expect((await app!.request({ path: `/hub/login${NEXT}` })).headers.location).toBe(`${SSO}?next=%2Fhub%2Ftoken%3Fa%3Db`);
  expect((await app!.request({ path: '/hub/login?next=//evil.example' })).headers.location).toBe(SSO);
  // else they would be logged in again at once
  expect((await app!.request({ path: '/hub/logout' })).text).toContain('You are logged out');
});

test('auto_login_oauth2_authorize does so for those whom a server or service sends', async () => {
  const answer = await loginPage({ auto_login_oauth2_authorize: true, login_url: '/services/sso/?a=1' });
  expect(answer.status).toBe(200);
  const authorize = '/hub/api/oauth2/authorize?client_id=service-x';
  const first = await app!.request({ path: authorize });
  const second = await app!.request({ path: String(first.headers.location) });
  expect(second.headers.location).toBe(`/services/sso/?a=1&next=${encodeURIComponent(authorize)}`);
});

test('without an address to send people to, the form stays', async () => {
  expect((await loginPage({ auto_login: true })).text).toContain('id="login_form"');
});

test('an address that is none is refused', async () => {
  for (const login_url of ['javascript:alert(1)', '//evil.example', 'evil']) {
    await expect(TestApp.create({ Authenticator: { login_url } })).rejects.toThrow(/login_url/);
  }
});
