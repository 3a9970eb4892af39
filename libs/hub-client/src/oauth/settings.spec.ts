import { describe, expect, it } from 'vitest';
import { settingsFromEnvironment } from './settings.js';

const SERVER = {
  JUPYTERHUB_API_URL: 'http://127.0.0.1:8081/hub/api',
  JUPYTERHUB_API_TOKEN: 'secret',
  JUPYTERHUB_CLIENT_ID: 'jupyterhub-user-ana-lab',
  JUPYTERHUB_OAUTH_CALLBACK_URL: '/user/ana/lab/oauth_callback',
  JUPYTERHUB_OAUTH_ACCESS_SCOPES: '["access:servers!server=ana/lab", "access:servers!user=ana"]',
  JUPYTERHUB_BASE_URL: '/',
  JUPYTERHUB_SERVICE_PREFIX: '/user/ana/lab/',
  JUPYTERHUB_HOST: '',
  JUPYTERHUB_COOKIE_HOST_PREFIX_ENABLED: '0',
};

describe('settingsFromEnvironment', () => {
  it('reads what a hub sets', () => {
    expect(settingsFromEnvironment(SERVER)).toEqual({
      apiUrl: 'http://127.0.0.1:8081/hub/api',
      apiToken: 'secret',
      clientId: 'jupyterhub-user-ana-lab',
      callbackUrl: '/user/ana/lab/oauth_callback',
      baseUrl: '/',
      host: '',
      prefix: '/user/ana/lab/',
      accessScopes: ['access:servers!server=ana/lab', 'access:servers!user=ana'],
      cookieHostPrefix: false,
      cookieOptions: {},
    });
  });

  it('lets nobody into a server, and those with access into a service, when no scopes are given', () => {
    const { JUPYTERHUB_OAUTH_ACCESS_SCOPES: _, ...rest } = SERVER;
    expect(settingsFromEnvironment(rest).accessScopes).toEqual([]);
    const service = { ...rest, JUPYTERHUB_SERVICE_NAME: 'board' };
    expect(settingsFromEnvironment(service).accessScopes).toEqual(['access:services', 'access:services!service=board']);
  });

  it.each([
    [{ JUPYTERHUB_API_TOKEN: '' }, /^JUPYTERHUB_API_TOKEN is not set/],
    [{ JUPYTERHUB_SERVICE_PREFIX: undefined }, /^JUPYTERHUB_SERVICE_PREFIX is not set/],
    [{ JUPYTERHUB_OAUTH_ACCESS_SCOPES: '[access' }, /^JUPYTERHUB_OAUTH_ACCESS_SCOPES is no JSON: "\[access"$/],
  ])('names what is wrong: %j', (change, message) => {
    expect(() => settingsFromEnvironment({ ...SERVER, ...change })).toThrow(message);
  });
});
