import { afterEach, expect, test } from 'vitest';
import { TestApp } from '../support/app.js';

let app: TestApp;
afterEach(() => app.close());

test('the XSRF cookie has the attributes of xsrf_cookie_kwargs, other cookies have not', async () => {
  app = await TestApp.create({ JupyterHub: { tornado_settings: { cookie_options: { SameSite: 'None' }, xsrf_cookie_kwargs: { secure: true, samesite: 'Strict' } } } });
  const { headers } = await app.request({ path: '/hub/login' });
  expect([headers['set-cookie']].flat()).toEqual([expect.stringMatching(/^_xsrf=.*; Path=\/hub\/.*SameSite=Strict/)]);
  expect(String(headers['set-cookie'])).toContain('Secure');
  const { cookie } = await app.logIn('ada');
  expect(cookie).toContain('jupyterhub-hub-login');
});

test('browsers report to csp_report_uri', async () => {
  app = await TestApp.create({ JupyterHub: { tornado_settings: { csp_report_uri: 'https://reports.example.org/csp' } } });
  const { headers } = await app.request({ path: '/hub/login' });
  expect(headers['content-security-policy']).toContain('report-uri https://reports.example.org/csp');
});

test('a token of service_tokens is a service, which need not stand in services', async () => {
  const token = 'token-of-a-service-0123456789';
  app = await TestApp.create({ JupyterHub: { service_tokens: { [token]: 'reporter' }, load_roles: [{ name: 'reporters', scopes: ['list:users'], services: ['reporter'] }] } });
  expect((await app.request({ path: '/hub/api/user', token })).json).toMatchObject({ kind: 'service', name: 'reporter' });
  expect((await app.request({ path: '/hub/api/users', token })).status).toBe(200);
});
