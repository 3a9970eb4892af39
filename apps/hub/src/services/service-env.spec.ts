import { expect, test } from 'vitest';
import { serviceOf } from './service.js';
import { serviceEnvironment } from './service-env.js';
import { readServiceSpec } from './service-spec.js';

const context = { id: 1, fromConfig: true, baseUrl: '/' };
const urls = { baseUrl: '/', hubPrefix: '/hub/', publicOrigin: '' };
const hubEnv = { PATH: '/bin', LANG: 'C', HOME: '/root', SECRET: 's', USER: 'root' };
const environmentOf = (record: Record<string, unknown>, more: object = {}) =>
  serviceEnvironment({
    service: serviceOf(readServiceSpec({ name: 'web', command: ['x'], ...record }), context),
    token: 'the-token',
    urls,
    apiUrl: 'http://127.0.0.1:8081/hub/api',
    hubEnv,
    ...more,
  });

const common = {
  PATH: '/bin',
  LANG: 'C',
  JUPYTERHUB_SERVICE_NAME: 'web',
  JUPYTERHUB_API_TOKEN: 'the-token',
  JPY_API_TOKEN: 'the-token',
  JUPYTERHUB_API_URL: 'http://127.0.0.1:8081/hub/api',
  JUPYTERHUB_BASE_URL: '/',
  JUPYTERHUB_CLIENT_ID: 'service-web',
  JUPYTERHUB_HOST: '',
  JUPYTERHUB_OAUTH_ACCESS_SCOPES: '["access:services","access:services!service=web"]',
  JUPYTERHUB_OAUTH_SCOPES: '["access:services","access:services!service=web"]',
  JUPYTERHUB_OAUTH_CLIENT_ALLOWED_SCOPES: '[]',
  JUPYTERHUB_COOKIE_HOST_PREFIX_ENABLED: '0',
  JUPYTERHUB_PUBLIC_URL: '',
  JUPYTERHUB_PUBLIC_HUB_URL: '',
  JUPYTERHUB_USER: '',
  JUPYTERHUB_SERVER_NAME: '',
};

test('a service with a url gets exactly this', () => {
  expect(environmentOf({ url: 'http://127.0.0.1:9000' })).toEqual({
    ...common,
    JUPYTERHUB_OAUTH_CALLBACK_URL: '/services/web/oauth_callback',
    JUPYTERHUB_SERVICE_URL: 'http://127.0.0.1:9000',
    JUPYTERHUB_SERVICE_PREFIX: '/services/web/',
  });
});

test('a service without one gets exactly this', () => {
  expect(environmentOf({})).toEqual({ ...common, JUPYTERHUB_OAUTH_CALLBACK_URL: 'oauth_callback', JUPYTERHUB_SERVICE_URL: 'http://127.0.0.1:0/' });
});

test('its own environment wins, except over what names it', () => {
  const environment = { PATH: '/mine', JUPYTERHUB_API_URL: 'http://other', JUPYTERHUB_SERVICE_NAME: 'liar', JUPYTERHUB_SERVICE_URL: 'u', USER: 'me' };
  expect(environmentOf({ environment })).toMatchObject({ ...environment, JUPYTERHUB_SERVICE_NAME: 'web' });
  const account = { name: 'nobody', uid: 1, gid: 1, home: '/none', shell: '/bin/false' };
  expect(environmentOf({ environment, url: 'http://h', user: 'nobody' }, { account })).toMatchObject({
    JUPYTERHUB_SERVICE_URL: 'http://h',
    JUPYTERHUB_USER: 'nobody',
    USER: 'nobody',
    HOME: '/none',
    SHELL: '/bin/false',
  });
});

test('the public addresses are told where they are known', () => {
  expect(environmentOf({ url: 'http://h' }, { urls: { ...urls, publicOrigin: 'https://hub.example' } })).toMatchObject({
    JUPYTERHUB_HOST: 'https://hub.example',
    JUPYTERHUB_PUBLIC_URL: 'https://hub.example/services/web/',
    JUPYTERHUB_PUBLIC_HUB_URL: 'https://hub.example/hub/',
  });
});
