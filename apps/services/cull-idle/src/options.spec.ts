import { describe, expect, it } from 'vitest';
import { HELP, readOptions } from './options.js';

const ENV = { JUPYTERHUB_API_TOKEN: 'secret', JUPYTERHUB_API_URL: 'http://127.0.0.1:8081/hub/api' };

describe('readOptions', () => {
  it('has the defaults of jupyterhub-idle-culler', () => {
    expect(readOptions([], ENV)).toEqual({
      policy: { timeout: { default: 600, named: 600 }, group_timeout: {}, max_age: null, grace: 0 },
      timeout: 600,
      cullEvery: 300,
      concurrency: 10,
      cullUsers: false,
      cullAdminUsers: true,
      removeNamedServers: false,
      dryRun: false,
      json: false,
      once: false,
      apiPageSize: 0,
      apiUrl: 'http://127.0.0.1:8081/hub/api',
      token: 'secret',
      requestTimeout: 60,
    });
  });

  it('takes every flag', () => {
    const argv =
      '--timeout=61 --cull-every 7 --max-age=8 --concurrency=9 --cull-users --no-cull-admin-users --remove-named-servers=true ' +
      '--cull-default-servers=false --named-server-timeout=99 --group-timeout=red=70 --group-timeout blue=never --grace=3 --dry-run --json --api-page-size 5 --url=https://x/hub/api/';
    expect(readOptions(argv.split(' '), { ...ENV, JUPYTERHUB_REQUEST_TIMEOUT: '2.5' })).toMatchObject({
      timeout: 61,
      cullEvery: 7,
      concurrency: 9,
      cullUsers: true,
      cullAdminUsers: false,
      removeNamedServers: true,
      policy: { timeout: { default: null, named: 99 }, group_timeout: { red: 70, blue: null }, max_age: 8, grace: 3 },
      dryRun: true,
      json: true,
      apiPageSize: 5,
      apiUrl: 'https://x/hub/api',
      requestTimeout: 2.5,
    });
    expect(readOptions(['--timeout=1', '--concurrency=0', '--once'], ENV)).toMatchObject({ cullEvery: 1, concurrency: 1, once: true });
    expect(readOptions(['--timeout=7200', '--group-timeout=red=1000'], ENV)).toMatchObject({ cullEvery: 500 });
    expect(readOptions(['--timeout=7200', '--grace=300'], ENV)).toMatchObject({ cullEvery: 300 });
  });

  it.each<[string[], NodeJS.ProcessEnv, RegExp]>([
    [[], { ...ENV, JUPYTERHUB_API_TOKEN: undefined }, /^JUPYTERHUB_API_TOKEN is not set: /],
    [[], { JUPYTERHUB_API_TOKEN: 'x' }, /^JUPYTERHUB_API_URL is not set: .*--url/],
    [['--url=127.0.0.1:8081'], ENV, /^cannot use "127.0.0.1:8081" as the hub's API/],
    [['--json'], ENV, /^--json goes with --dry-run$/],
    [['--group-timeout=red'], ENV, /^--group-timeout takes GROUP=SECONDS or GROUP=never, not "red"$/],
    [['--grace=600'], ENV, /^--grace=600 must be shorter than every limit, the shortest of which is 600$/],
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
