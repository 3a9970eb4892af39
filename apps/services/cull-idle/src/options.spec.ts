import { describe, expect, it } from 'vitest';
import { HELP, readOptions } from './options.js';

const ENV = { JUPYTERHUB_API_TOKEN: 'secret', JUPYTERHUB_API_URL: 'http://127.0.0.1:8081/hub/api' };

describe('readOptions', () => {
  it('has the defaults of jupyterhub-idle-culler', () => {
    expect(readOptions([], ENV)).toEqual({
      timeout: 600,
      cullEvery: 300,
      maxAge: 0,
      concurrency: 10,
      cullUsers: false,
      cullAdminUsers: true,
      removeNamedServers: false,
      cullDefaultServers: true,
      cullNamedServers: true,
      apiPageSize: 0,
      apiUrl: 'http://127.0.0.1:8081/hub/api',
      token: 'secret',
      requestTimeout: 60,
    });
  });

  it('takes every flag', () => {
    const argv =
      '--timeout=61 --cull-every 7 --max-age=8 --concurrency=9 --cull-users --no-cull-admin-users --remove-named-servers=true ' +
      '--cull-default-servers=false --no-cull-named-servers --api-page-size 5 --url=https://x/hub/api/';
    expect(readOptions(argv.split(' '), { ...ENV, JUPYTERHUB_REQUEST_TIMEOUT: '2.5' })).toMatchObject({
      timeout: 61,
      cullEvery: 7,
      maxAge: 8,
      concurrency: 9,
      cullUsers: true,
      cullAdminUsers: false,
      removeNamedServers: true,
      cullDefaultServers: false,
      cullNamedServers: false,
      apiPageSize: 5,
      apiUrl: 'https://x/hub/api',
      requestTimeout: 2.5,
    });
    expect(readOptions(['--timeout=1', '--concurrency=0'], ENV)).toMatchObject({ cullEvery: 1, concurrency: 1 });
  });

  it.each<[string[], NodeJS.ProcessEnv, RegExp]>([
    [[], { ...ENV, JUPYTERHUB_API_TOKEN: undefined }, /^JUPYTERHUB_API_TOKEN is not set: /],
    [[], { JUPYTERHUB_API_TOKEN: 'x' }, /^JUPYTERHUB_API_URL is not set: .*--url/],
    [['--url=127.0.0.1:8081'], ENV, /^cannot use "127.0.0.1:8081" as the hub's API/],
    [['--cull-user'], ENV, /did you mean --cull-users\?$/],
    [[], { ...ENV, JUPYTERHUB_REQUEST_TIMEOUT: 'long' }, /^JUPYTERHUB_REQUEST_TIMEOUT takes seconds/],
  ])('refuses %j with %j', (argv, env, message) => {
    expect(() => readOptions(argv, env)).toThrow(message);
  });

  it('gives help before it complains', () => {
    expect(readOptions(['--help'], {})).toBeUndefined();
    expect(HELP).toContain('--cull-every=SECONDS');
  });
});
