import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { HookHandler, HookSpawner } from '../../apps/hub/src/config/hooks/objects.js';
import { type HubConfig, hubConfigSchema } from '../../apps/hub/src/config/schema.js';
import { InvalidInputError } from '../../apps/hub/src/errors.js';
import { TestApp } from '../support/app.js';

const templates = mkdtempSync(path.join(tmpdir(), 'elara-hook-templates-'));
writeFileSync(path.join(templates, 'home.html'), '{% extends "templates/home.html" %}{% block main %}<p id="motto">{{ motto }}</p>{{ super() }}{% endblock %}');

let app: TestApp;
let config: HubConfig;
let ada: { cookie: string; xsrf: string };
const before = hubConfigSchema.parse({}).JupyterHub;

beforeAll(async () => {
  app = await TestApp.create({
    JupyterHub: { template_paths: [templates], allow_named_servers: true, load_groups: { art: { users: ['ada'] } } },
    Authenticator: { allow_all: true, admin_users: ['ada'] },
  });
  config = app.hub.foundation.config;
  ada = await app.logIn('ada');
});
afterAll(async () => {
  await app.close();
  rmSync(templates, { recursive: true });
});
afterEach(() => {
  const { default_url, named_server_limit_per_user, template_vars, user_redirect_hook } = before;
  Object.assign(config.JupyterHub, { default_url, named_server_limit_per_user, template_vars, user_redirect_hook });
  Object.assign(config.SimpleLocalProcessSpawner, { options_form: '', options_from_form: 'passthrough', auth_state_hook: null, group_overrides: {} });
});

const get = (url: string, cookie = ada.cookie) => app.request({ path: url, headers: { cookie } });
const placeOf = async (url: string, cookie?: string) => (await get(url, cookie)).headers.location;

const fails = () => {
  throw new Error('/secret/place is not there');
};

describe('default_url', () => {
  test('is asked with the request', async () => {
    config.JupyterHub.default_url = ({ current_user, get_argument, request }: HookHandler) => (current_user?.groups[0]?.name === 'art' ? `/art/${get_argument('room', 'hall')}?from=${request.path}` : null);
    expect(await placeOf('/hub/')).toBe('/art/hall?from=/hub/');
    expect(await placeOf('/hub/?room=a&room=b')).toBe('/art/b?from=/hub/');
    expect(await placeOf('/hub/', (await app.logIn('bob')).cookie)).toBe('/hub/spawn');
    expect((await app.request({ path: '/hub/' })).headers.location).toContain('/hub/login');
  });

  test('that fails is an error, without what was thrown', async () => {
    config.JupyterHub.default_url = fails;
    const { status, text } = await get('/hub/');
    expect([status, text.includes('JupyterHub.default_url failed'), text.includes('secret')]).toEqual([500, true, false]);
  });

  test('may say itself what is wrong', async () => {
    config.JupyterHub.default_url = () => Promise.reject(new InvalidInputError('Choose a course first'));
    const { status, text } = await get('/hub/');
    expect([status, text.includes('Choose a course first')]).toEqual([400, true]);
  });
});

describe('user_redirect_hook', () => {
  test('leads elsewhere, or to the usual place', async () => {
    config.JupyterHub.user_redirect_hook = (rest, { query }, user, baseUrl) => (rest.startsWith('course/') ? `${baseUrl}user/${user.name}/lab/tree/${rest}?x=${query.x!.join('+')}` : null);
    expect(await placeOf('/hub/user-redirect/course/ein%20heft?x=1&x=2')).toBe('/user/ada/lab/tree/course/ein heft?x=1+2');
    expect(await placeOf('/hub/user-redirect/tree')).toBe('/hub/spawn/ada?next=%2Fuser%2Fada%2Ftree');
  });
});

describe('template_vars', () => {
  test('are asked for each person, and what fails is left out', async () => {
    config.JupyterHub.template_vars = { motto: async (user: { name: string } | null) => `for <${user?.name}>`, announcement: fails };
    const { status, text } = await get('/hub/home');
    expect([status, /id="motto">(.*?)</.exec(text)?.[1]]).toEqual([200, 'for &lt;ada&gt;']);
    config.JupyterHub.template_vars = { announcement_login: (user: object | null) => (user ? 'known' : 'Welcome, stranger') };
    expect((await app.request({ path: '/hub/login' })).text).toContain('Welcome, stranger');
  });
});

describe('named_server_limit_per_user', () => {
  test('is asked for who makes the request', async () => {
    config.JupyterHub.named_server_limit_per_user = ({ current_user }) => (current_user?.kind === 'service' ? 0 : 1);
    const make = (name: string, token?: string) =>
      app.request({ method: 'PUT', path: `/hub/api/users/ada/servers/${name}`, ...(token ? { token } : { headers: { cookie: ada.cookie, 'x-xsrftoken': ada.xsrf } }) });
    expect((await make('one')).status).toBe(201);
    expect((await make('two')).json.message).toContain('maximum of 1 named servers');
    expect((await app.admin('PUT', '/users/ada/servers/two')).status).toBe(201);
    expect((await get('/hub/home')).text).toContain('2 of 1 used');
    config.JupyterHub.named_server_limit_per_user = () => 'many' as never;
    expect((await make('three')).status).toBe(500);
  });
});

describe('the form of options', () => {
  test('is asked for with the auth state, the groups and the request', async () => {
    const spawner = config.SimpleLocalProcessSpawner;
    spawner.auth_state_hook = (asked) => void (asked.userdata = 'known to the hook');
    spawner.group_overrides = () => ({ art: { groups: ['art'], spawner_override: { mem_limit: ({ user }: HookSpawner) => (user.admin ? '2G' : '1G') } } });
    spawner.options_form = ({ userdata, mem_limit, name, handler }) => `<p id="asked">${String(userdata)} ${mem_limit} ${name} ${handler?.request.method}</p>`;
    expect(/id="asked">(.*?)</.exec((await get('/hub/spawn/ada/lab')).text)?.[1]).toBe(`known to the hook ${2 ** 31} lab GET`);
  });

  test('that cannot be made is an error', async () => {
    config.SimpleLocalProcessSpawner.options_form = fails;
    expect((await get('/hub/spawn')).status).toBe(500);
    Object.assign(config.SimpleLocalProcessSpawner, { options_form: 'x', auth_state_hook: fails });
    const { status, text } = await get('/hub/spawn');
    expect([status, text.includes('could not be prepared'), text.includes('secret')]).toEqual([500, true, false]);
  });
});
