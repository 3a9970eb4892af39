import { describe, expect, test } from 'vitest';
import { defaultConfig, hubConfigSchema } from '../config/schema.js';
import { hubUrls } from '../config/urls.js';
import { clientIdOf, serverEnvironment, serverMarks } from './spawner-env.js';
import type { SpawnerTraits } from './spawner-traits.js';
import { traitsOfClass } from './spawner-class.js';

const hub = { bind_url: 'http://127.0.0.1:8000', hub_bind_url: 'http://127.0.0.1:8081' };
const urlsOf = (more = {}) => hubUrls(hubConfigSchema.parse({ JupyterHub: { ...hub, ...more } }));

const environment = (over: Partial<Parameters<typeof serverEnvironment>[0]> = {}, traits: Partial<SpawnerTraits> = {}) =>
  serverEnvironment({
    urls: urlsOf(),
    user: 'ann',
    server: '',
    apiToken: 'secret-token',
    traits: { ...traitsOfClass(defaultConfig()), ...traits },
    variables: {},
    address: { proto: 'http', ip: '127.0.0.1', port: 1234 },
    hubEnv: { PATH: '/bin', SECRET: 'of the hub' },
    cookieOptions: {},
    cookieHostPrefix: false,
    hubMark: 'our-hub',
    ...over,
  });

describe('serverEnvironment', () => {
  test('is complete, and nothing else', () => {
    expect(environment()).toEqual({
      PATH: '/bin',
      ELARA_HUB: 'our-hub',
      JUPYTERHUB_API_TOKEN: 'secret-token',
      JPY_API_TOKEN: 'secret-token',
      JUPYTERHUB_CLIENT_ID: 'jupyterhub-user-ann',
      JUPYTERHUB_COOKIE_HOST_PREFIX_ENABLED: '0',
      JUPYTERHUB_HOST: '',
      JUPYTERHUB_OAUTH_CALLBACK_URL: '/user/ann/oauth_callback',
      JUPYTERHUB_OAUTH_ACCESS_SCOPES: '["access:servers!server=ann/","access:servers!user=ann"]',
      JUPYTERHUB_OAUTH_SCOPES: '["access:servers!server=ann/","access:servers!user=ann"]',
      JUPYTERHUB_OAUTH_CLIENT_ALLOWED_SCOPES: '[]',
      JUPYTERHUB_USER: 'ann',
      JUPYTERHUB_SERVER_NAME: '',
      JUPYTERHUB_API_URL: 'http://127.0.0.1:8081/hub/api',
      JUPYTERHUB_ACTIVITY_URL: 'http://127.0.0.1:8081/hub/api/users/ann/activity',
      JUPYTERHUB_BASE_URL: '/',
      JUPYTERHUB_SERVICE_PREFIX: '/user/ann/',
      JUPYTERHUB_SERVICE_URL: 'http://127.0.0.1:1234/user/ann/',
      JUPYTERHUB_PUBLIC_URL: '',
      JUPYTERHUB_PUBLIC_HUB_URL: '',
    });
  });

  test('of a named server, with names that need quoting', () => {
    expect(environment({ user: 'un.a@example.org', server: 'a b/c' })).toMatchObject({
      JUPYTERHUB_CLIENT_ID: 'jupyterhub-user-un.a%40example.org-a%20b%2Fc',
      JUPYTERHUB_OAUTH_SCOPES: '["access:servers!server=un.a@example.org/a b/c","access:servers!user=un.a@example.org"]',
      JUPYTERHUB_SERVER_NAME: 'a b/c',
      JUPYTERHUB_SERVICE_PREFIX: '/user/un.a@example.org/a%20b%2Fc/',
      JUPYTERHUB_ACTIVITY_URL: 'http://127.0.0.1:8081/hub/api/users/un.a@example.org/activity',
    });
  });

  test('below a base URL with a public address', () => {
    const urls = urlsOf({ bind_url: 'http://127.0.0.1:8000/team/', public_url: 'https://hub.example.test/team/' });
    expect(environment({ urls })).toMatchObject({
      JUPYTERHUB_HOST: 'https://hub.example.test',
      JUPYTERHUB_BASE_URL: '/team/',
      JUPYTERHUB_OAUTH_CALLBACK_URL: '/team/user/ann/oauth_callback',
      JUPYTERHUB_PUBLIC_URL: 'https://hub.example.test/team/user/ann/',
      JUPYTERHUB_PUBLIC_HUB_URL: 'https://hub.example.test/team/hub/',
    });
  });

  test.each<[Partial<SpawnerTraits>, Record<string, string>]>([
    [{ mem_limit: 1024, mem_guarantee: 512, cpu_limit: 1.5, cpu_guarantee: 0 }, { MEM_LIMIT: '1024', MEM_GUARANTEE: '512', CPU_LIMIT: '1.5', CPU_GUARANTEE: '0' }],
    [{ notebook_dir: '~/x', default_url: '/lab' }, { JUPYTERHUB_ROOT_DIR: '~/x', JUPYTERHUB_DEFAULT_URL: '/lab' }],
    [{ notebook_dir: '~/work-of-{username}', default_url: '{base_url}lab/%U' }, { JUPYTERHUB_ROOT_DIR: '~/work-of-ann', JUPYTERHUB_DEFAULT_URL: '/lab/ann' }],
    [{ debug: true, disable_user_config: true }, { JUPYTERHUB_DEBUG: '1', JUPYTERHUB_DISABLE_USER_CONFIG: '1' }],
    [{ hub_connect_url: 'http://hub:9/' }, { JUPYTERHUB_API_URL: 'http://hub:9/hub/api' }],
    [{ env_keep: ['SECRET', 'NOT_SET'] }, { SECRET: 'of the hub' }],
    [{ oauth_client_allowed_scopes: ['self'] }, { JUPYTERHUB_OAUTH_CLIENT_ALLOWED_SCOPES: '["self"]' }],
  ])('%j', (traits, expected) => expect(environment({}, traits)).toMatchObject(expected));

  test('what the operator sets wins', () => {
    const variables = { PATH: '/mine', JUPYTERHUB_USER: 'other' };
    expect(environment({ variables })).toMatchObject(variables);
  });

  test('cookie options only when set', () => {
    expect(environment({ cookieOptions: { SameSite: 'None' }, cookieHostPrefix: true })).toMatchObject({
      JUPYTERHUB_COOKIE_OPTIONS: '{"SameSite":"None"}',
      JUPYTERHUB_COOKIE_HOST_PREFIX_ENABLED: '1',
    });
  });

  test('IPv6 is bracketed', () => {
    expect(environment({ address: { proto: 'http', ip: '::1', port: 80 } }).JUPYTERHUB_SERVICE_URL).toBe('http://[::1]:80/user/ann/');
  });

  test('the marks are part of it', () => {
    const marks = serverMarks({ urls: urlsOf(), user: 'ann', server: '', traits: traitsOfClass(defaultConfig()) });
    expect(environment()).toMatchObject(marks);
  });
});

test('client ids of different servers may be equal, as in JupyterHub', () => {
  expect(clientIdOf('a-b', '')).toBe(clientIdOf('a', 'b'));
});
