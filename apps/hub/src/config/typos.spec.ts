import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigError } from './config-error.js';
import { loadConfig } from './load-config.js';
import type { Problem } from './setting.js';

const folder = mkdtempSync(join(tmpdir(), 'elara-typos-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function problemsOf(text: string): Promise<readonly Problem[]> {
  const file = join(folder, 'elara.yaml');
  writeFileSync(file, text);
  const error: unknown = await loadConfig({ file }).catch((thrown: unknown) => thrown);
  if (!(error instanceof ConfigError)) throw new Error(`expected a ConfigError, got ${String(error)}`);
  return error.problems;
}

const hub = (text: string) => `JupyterHub:\n  ${text}\n`;
const under = (className: string, text: string) => `${className}:\n  ${text}\n`;

describe('a name that does not exist', () => {
  it.each([
    [hub('prot: 8000'), 'JupyterHub.prot', 'port'],
    [hub('bindurl: x'), 'JupyterHub.bindurl', 'bind_url'],
    [hub('hub_prot: 1'), 'JupyterHub.hub_prot', 'hub_port'],
    [hub('allowNamedServers: true'), 'JupyterHub.allowNamedServers', 'allow_named_servers'],
    [hub('allow_name_servers: true'), 'JupyterHub.allow_name_servers', 'allow_named_servers'],
    [hub('authenticator-class: dummy'), 'JupyterHub.authenticator-class', 'authenticator_class'],
    [hub('authentication_class: dummy'), 'JupyterHub.authentication_class', 'authenticator_class'],
    [hub('spawner: simple'), 'JupyterHub.spawner', 'spawner_class'],
    [hub('spwaner_class: simple'), 'JupyterHub.spwaner_class', 'spawner_class'],
    [hub('service: []'), 'JupyterHub.service', 'services'],
    [hub('load_role: []'), 'JupyterHub.load_role', 'load_roles'],
    [hub('cookie_secret_fiel: x'), 'JupyterHub.cookie_secret_fiel', 'cookie_secret_file'],
    [hub('dburl: x'), 'JupyterHub.dburl', 'db_url'],
    [hub('cleanup_server: true'), 'JupyterHub.cleanup_server', 'cleanup_servers'],
    [hub('loglevel: DEBUG'), 'JupyterHub.loglevel', 'log_level'],
    [hub('concurent_spawn_limit: 3'), 'JupyterHub.concurent_spawn_limit', 'concurrent_spawn_limit'],
    [under('Jupyterhub', 'port: 8000'), 'Jupyterhub', 'JupyterHub'],
    [under('JupyterHubs', 'port: 8000'), 'JupyterHubs', 'JupyterHub'],
    [under('c.JupyterHub', 'port: 8000'), 'c.JupyterHub', 'JupyterHub'],
    [under('Spwaner', 'cmd: x'), 'Spwaner', 'Spawner'],
    [under('Authenticater', 'allow_all: true'), 'Authenticater', 'Authenticator'],
    [under('PamAuthenticators', 'service: x'), 'PamAuthenticators', 'PAMAuthenticator'],
    [under('ConfigurableHttpProxi', 'debug: true'), 'ConfigurableHttpProxi', 'ConfigurableHTTPProxy'],
    [under('Spawner', 'start_timout: 3'), 'Spawner.start_timout', 'start_timeout'],
    [under('Spawner', 'memlimit: 1G'), 'Spawner.memlimit', 'mem_limit'],
    [under('Spawner', 'enviroment: {}'), 'Spawner.enviroment', 'environment'],
    [under('Spawner', 'defualt_url: /lab'), 'Spawner.defualt_url', 'default_url'],
    [under('Spawner', 'pol_interval: 3'), 'Spawner.pol_interval', 'poll_interval'],
    [under('LocalProcessSpawner', 'interupt_timeout: 3'), 'LocalProcessSpawner.interupt_timeout', 'interrupt_timeout'],
    [under('SimpleLocalProcessSpawner', 'home_dir: x'), 'SimpleLocalProcessSpawner.home_dir', 'home_dir_template'],
    [
      under('SimpleLocalProcessSpawner', 'home_dir_templat: x'),
      'SimpleLocalProcessSpawner.home_dir_templat',
      'home_dir_template',
    ],
    [under('Authenticator', 'admin_user: [a]'), 'Authenticator.admin_user', 'admin_users'],
    [under('Authenticator', 'allow_users: [a]'), 'Authenticator.allow_users', 'allowed_users'],
    [under('Authenticator', 'blocked_user: [a]'), 'Authenticator.blocked_user', 'blocked_users'],
    [under('Authenticator', 'allowall: true'), 'Authenticator.allowall', 'allow_all'],
    [under('DummyAuthenticator', 'passwort: x'), 'DummyAuthenticator.passwort', 'password'],
    [under('ConfigurableHTTPProxy', 'auth_tokn: x'), 'ConfigurableHTTPProxy.auth_tokn', 'auth_token'],
    [under('Elara', 'logdir: x'), 'Elara.logdir', 'log_dir'],
    [under('JupyterHub', 'banana: x'), 'JupyterHub.banana', undefined],
  ])('%j: %s, meant is %s', async (text, key, suggestion) => {
    const [problem, ...others] = await problemsOf(text);
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ key, file: join(folder, 'elara.yaml'), line: text.startsWith(`${key}:`) ? 1 : 2 });
    expect(problem?.suggestion).toBe(suggestion);
  });
});

describe('a name in the wrong place', () => {
  it.each([
    [hub('start_timeout: 3'), 'JupyterHub.start_timeout', 'Spawner.start_timeout'],
    [hub('allowed_users: [a]'), 'JupyterHub.allowed_users', 'Authenticator.allowed_users'],
    [hub('should_start: false'), 'JupyterHub.should_start', 'Proxy.should_start'],
    [hub('home_dir_template: x'), 'JupyterHub.home_dir_template', 'SimpleLocalProcessSpawner.home_dir_template'],
    [under('Spawner', 'spawner_class: simple'), 'Spawner.spawner_class', 'JupyterHub.spawner_class'],
    [under('Spawner', 'allow_named_servers: true'), 'Spawner.allow_named_servers', 'JupyterHub.allow_named_servers'],
    [under('Authenticator', 'mem_limit: 1G'), 'Authenticator.mem_limit', 'Spawner.mem_limit'],
    [under('Elara', 'allow_nmed_servers: true'), 'Elara.allow_nmed_servers', 'JupyterHub.allow_named_servers'],
    ['port: 8000\n', 'port', 'JupyterHub.port'],
    ['admin_users: [a]\n', 'admin_users', 'Authenticator.admin_users'],
  ])('%j: %s belongs to %s', async (text, key, suggestion) => {
    expect(await problemsOf(text)).toMatchObject([{ key, suggestion }]);
  });

  it('says what a dotted key should look like', async () => {
    expect(await problemsOf('JupyterHub.port: 8000\n')).toMatchObject([
      { key: 'JupyterHub.port', message: 'write port below JupyterHub' },
    ]);
  });

  it('wants keys below a class', async () => {
    expect(await problemsOf('JupyterHub: 8000\n')).toMatchObject([
      { key: 'JupyterHub', message: 'expected keys of JupyterHub below it' },
    ]);
  });
});

describe('a name inside of a value', () => {
  it.each([
    ['tornado_settings: {slow_spawn_timout: 3}', 'JupyterHub.tornado_settings.slow_spawn_timout', 'slow_spawn_timeout'],
    ['load_roles: [{name: abc, scope: []}]', 'JupyterHub.load_roles[0].scope', 'scopes'],
    ['load_groups: {red: {user: []}}', 'JupyterHub.load_groups.red.user', 'users'],
    ['custom_scopes: {"custom:x": {description: x, subscope: []}}', 'JupyterHub.custom_scopes.custom:x.subscope', 'subscopes'],
  ])('%s: %s, meant is %s', async (text, key, suggestion) => {
    expect(await problemsOf(hub(text))).toMatchObject([{ key, suggestion, line: 2 }]);
  });

  it('checks what group_overrides override', async () => {
    const text = 'Spawner:\n  group_overrides:\n    big:\n      groups: [a]\n      spawner_override:\n        mem_limits: 1G\n';
    expect(await problemsOf(text)).toMatchObject([
      { key: 'Spawner.group_overrides.big.spawner_override.mem_limits', suggestion: 'mem_limit', line: 6 },
    ]);
  });
});

describe('a value of the wrong kind', () => {
  it.each([
    [hub('port: "8000"'), "expected a number, got '8000'; write it without quotes"],
    [hub('port: 70000'), 'expected at most 65535, got 70000'],
    [hub('allow_named_servers: yes'), "expected true or false, got 'yes'; write true"],
    [hub('allow_named_servers: 1'), 'expected true or false, got 1'],
    [hub('ip: 10'), 'expected text, got 10; put it in quotes'],
    [hub('services: {}'), 'expected a list, got {}'],
    [hub('bind_url: 127.0.0.1:8000'), "expected an address such as http://127.0.0.1:8000/, got '127.0.0.1:8000'"],
    [hub('log_level: LOUD'), "expected one of DEBUG, INFO, WARNING, ERROR, CRITICAL, got 'LOUD'"],
    [hub('authenticator_class: null'), 'expected text, got nothing (null); if the word null is meant, put it in quotes'],
    [hub('services: [{url: "http://x"}]'), 'is missing'],
    [under('Authenticator', 'admin_users:'), 'expected a list, got nothing (null)'],
    [under('Authenticator', 'username_pattern: "("'), "expected a regular expression, got '('"],
    [under('Spawner', 'cmd: 3'), 'expected a list or text, got 3'],
    [under('Spawner', 'mem_limit: 5Q'), "expected a size such as 512M or 1.5G, got '5Q'"],
    [under('Spawner', 'environment: {A: true}'), 'expected text or a number, got true'],
    [under('Spawner', 'poll_jitter: 2'), 'expected at most 1, got 2'],
    [under('Spawner', 'start_timeout: -1'), 'expected at least 0, got -1'],
    [under('DummyAuthenticator', 'password: 12345678'), 'expected text, got a number; put it in quotes'],
    [under('SharedPasswordAuthenticator', 'user_password: short'), 'expected at least 8 characters'],
    [
      hub('load_roles: [{name: X}]'),
      "expected 3 to 255 of a-z 0-9 - _ ~ . that start with a letter and end with a letter or digit, got 'X'",
    ],
  ])('%j: %s', async (text, message) => {
    expect(await problemsOf(text)).toMatchObject([{ message }]);
  });

  it.each([
    ['spawner_class: simpel', 'simple', "no spawner is called 'simpel'; there are localprocess, simple, sudo, systemd"],
    ['authenticator_class: dumy', 'dummy', expect.stringMatching(/^no authenticator is called 'dumy'; there are pam, dummy, .*native, .*openshift$/) as string],
    ['authenticator_class: githup', 'github', expect.stringMatching(/^no authenticator is called 'githup'; there are pam, dummy, .*openshift$/) as string],
    ['authenticator_class: mediawiki', undefined, expect.stringMatching(/^no authenticator is called 'mediawiki'; there are pam, dummy, .*openshift$/) as string],
    [
      'allow_existing_invalid_named_servers: allow-strat',
      'allow-start',
      "expected one of allow-start, allow-delete, autorename, got 'allow-strat'",
    ],
    ['log_level: DEBGU', 'DEBUG', "expected one of DEBUG, INFO, WARNING, ERROR, CRITICAL, got 'DEBGU'"],
  ])('%s: meant is %s', async (text, suggestion, message) => {
    const [problem] = await problemsOf(hub(text));
    expect(problem).toMatchObject({ message });
    expect(problem?.suggestion).toBe(suggestion);
  });
});

it('tells no secret, even where it is a key', async () => {
  const [problem] = await problemsOf(hub('api_tokens: {0123456789abcdef: 3}'));
  expect(problem).toMatchObject({ key: 'JupyterHub.api_tokens', message: 'expected text, got a number; put it in quotes' });
});

describe('everything that is wrong', () => {
  it('is told at once, in the order of the file', async () => {
    const problems = await problemsOf(
      'JupyterHub:\n  port: x\n  prot: 1\nSpawner:\n  start_timeout: x\n  cdm: x\nSpwaner:\n  a: 1\n  b: 2\n',
    );
    expect(problems.map(({ line, key }) => [line, key])).toEqual([
      [2, 'JupyterHub.port'],
      [3, 'JupyterHub.prot'],
      [5, 'Spawner.start_timeout'],
      [6, 'Spawner.cdm'],
      [7, 'Spwaner'],
    ]);
  });

  it('reads well', () => {
    const error = new ConfigError([
      { file: '/etc/elara.yaml', line: 3, key: 'JupyterHub.prot', message: 'JupyterHub has no such key', suggestion: 'port' },
    ]);
    expect(error.message).toBe(
      'cannot use the config: because of one problem\n  /etc/elara.yaml:3: JupyterHub.prot: JupyterHub has no such key; did you mean port?',
    );
  });
});
