import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import type { ConfigError } from './config-error.js';
import { argumentSetting } from './load/command-line.js';
import { loadConfig } from './load-config.js';
import { defaultConfig } from './schema.js';

const folder = mkdtempSync(join(tmpdir(), 'elara-config-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

function write(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

const load = (text: string, name = 'elara.yaml') => loadConfig({ file: write(name, text) });

async function problemsOf(loading: Promise<unknown>) {
  const error: unknown = await loading.catch((thrown: unknown) => thrown);
  return (error as ConfigError).problems;
}

describe('classes', () => {
  it('take over what their parents have, and their own wins', async () => {
    const { config } = await load(
      'Spawner: {start_timeout: 1, http_timeout: 2}\nLocalProcessSpawner: {http_timeout: 3}\nSimpleLocalProcessSpawner: {debug: true}\n',
    );
    expect(config.Spawner).toMatchObject({ start_timeout: 1, http_timeout: 2, debug: false });
    expect(config.LocalProcessSpawner).toMatchObject({ start_timeout: 1, http_timeout: 3, debug: false });
    expect(config.SimpleLocalProcessSpawner).toMatchObject({
      start_timeout: 1,
      http_timeout: 3,
      debug: true,
      home_dir_template: '/tmp/{username}',
    });
  });

  it('take over from their grandparents', async () => {
    const { config } = await load('Authenticator: {admin_users: [a]}\nLocalAuthenticator: {allowed_groups: [g]}\n');
    expect(config.PAMAuthenticator).toMatchObject({ admin_users: ['a'], allowed_groups: ['g'] });
    expect(config.DummyAuthenticator.admin_users).toEqual(['a']);
  });

  it('have defaults that depend on others', async () => {
    const { config } = await load('Authenticator: {allowed_users: [a]}\nJupyterHub: {cookie_max_age_days: 0.5}\n');
    expect(config.PAMAuthenticator.allow_existing_users).toBe(true);
    expect(config.DummyAuthenticator.allow_all).toBe(false);
    expect(config.JupyterHub.oauth_token_expires_in).toBe(43_200);
    expect(defaultConfig().DummyAuthenticator.allow_all).toBe(true);
    expect(defaultConfig().PAMAuthenticator.allow_existing_users).toBe(false);
  });

  it('read a key of theirs that was set on a parent', async () => {
    const { config, warnings } = await load(
      'Authenticator: {admin_groups: [g], password: x}\nDummyAuthenticator: {password: y}\n',
    );
    expect(config.PAMAuthenticator.admin_groups).toEqual(['g']);
    expect(config.DummyAuthenticator.password).toBe('y');
    expect(warnings).toMatchObject([
      { key: 'Authenticator.admin_groups', message: 'belongs to PAMAuthenticator and OAuthenticator and is used there' },
      { key: 'Authenticator.password', message: 'belongs to DummyAuthenticator and is used there' },
    ]);
  });

  it('change defaults the way traitlets does', async () => {
    const { config } = await load(
      'c.Spawner.env_keep.append("A")\nc.Spawner.environment["X"] = "1"\nc.SimpleLocalProcessSpawner.environment["Y"] = "2"\n',
      'a.py',
    );
    expect(config.Spawner.env_keep).toEqual(['JUPYTERHUB_SINGLEUSER_APP', 'A']);
    expect(config.LocalProcessSpawner.env_keep.slice(-2)).toEqual(['VIRTUAL_ENV', 'A']);
    expect(config.SimpleLocalProcessSpawner.environment).toEqual({ X: '1', Y: '2' });
  });
});

describe('values', () => {
  it.each([
    ['Spawner: {mem_limit: 1.5G}', 'Spawner', 'mem_limit', 1_610_612_736],
    ['Spawner: {mem_limit: 512M}', 'Spawner', 'mem_limit', 536_870_912],
    ['Spawner: {mem_limit: 1024}', 'Spawner', 'mem_limit', 1024],
    ['Spawner: {cmd: jupyter-labhub}', 'Spawner', 'cmd', ['jupyter-labhub']],
    ['Spawner: {cmd: [a, b]}', 'Spawner', 'cmd', ['a', 'b']],
    ['Spawner: {environment: {N: 4, S: x}}', 'Spawner', 'environment', { N: '4', S: 'x' }],
    ['Authenticator: {admin_users: [a, b, a]}', 'Authenticator', 'admin_users', ['a', 'b']],
    ['CryptKeeper: {keys: "a;b"}', 'CryptKeeper', 'keys', ['a', 'b']],
    ['JupyterHub: {load_groups: {red: [a]}}', 'JupyterHub', 'load_groups', { red: { users: ['a'] } }],
    ['JupyterHub: {log_level: 10}', 'JupyterHub', 'log_level', 'DEBUG'],
    ['JupyterHub: {log_level: warn}', 'JupyterHub', 'log_level', 'WARNING'],
    ['JupyterHub: {spawner_class: jupyterhub.spawner.SimpleLocalProcessSpawner}', 'JupyterHub', 'spawner_class', 'simple'],
    ['JupyterHub: {spawner_class: Local}', 'JupyterHub', 'spawner_class', 'localprocess'],
    ['JupyterHub: {spawner_class: sudospawner.SudoSpawner}', 'JupyterHub', 'spawner_class', 'sudo'],
    ['JupyterHub: {spawner_class: sudo}', 'JupyterHub', 'spawner_class', 'sudo'],
    ['JupyterHub: {spawner_class: systemdspawner.SystemdSpawner}', 'JupyterHub', 'spawner_class', 'systemd'],
    ['JupyterHub: {spawner_class: SystemdSpawner}', 'JupyterHub', 'spawner_class', 'systemd'],
    ['LocalProcessSpawner: {term_timeout: 7}', 'SudoSpawner', 'term_timeout', 7],
    ['Spawner: {mem_limit: 1024}', 'SystemdSpawner', 'mem_limit', 1024],
    ['SystemdSpawner: {unit_extra_properties: {TasksMax: 10, PrivateMounts: true, LimitNOFILE: ["1", "2"]}}', 'SystemdSpawner', 'unit_extra_properties', { TasksMax: '10', PrivateMounts: 'yes', LimitNOFILE: ['1', '2'] }],
    ['SystemdSpawner: {readonly_paths: [/opt]}', 'SystemdSpawner', 'readonly_paths', ['/opt']],
    ['JupyterHub: {authenticator_class: jupyterhub.auth.PAMAuthenticator}', 'JupyterHub', 'authenticator_class', 'pam'],
    ['JupyterHub: {authenticator_class: Shared-Password}', 'JupyterHub', 'authenticator_class', 'shared-password'],
    ['JupyterHub: {proxy_class: default}', 'JupyterHub', 'proxy_class', 'configurable-http-proxy'],
  ] as const)('%s', async (text, className, trait, value) => {
    const { config } = await load(text);
    expect((config[className] as Record<string, unknown>)[trait]).toEqual(value);
  });
});

describe('names of JupyterHub', () => {
  it('that are earlier ones are used under today’s, with a warning', async () => {
    const { config, warnings } = await load(
      'JupyterHub: {admin_users: [a], proxy_cmd: chp, proxy_api_port: 9001, spawn_throttle_retry_range: [1, 2]}\nAuthenticator: {whitelist: [w]}\nLocalProcessSpawner: {TERM_TIMEOUT: 3}\n',
    );
    expect(config.Authenticator).toMatchObject({ admin_users: ['a'], allowed_users: ['w'] });
    expect(config.ConfigurableHTTPProxy).toMatchObject({ command: ['chp'], api_url: 'http://127.0.0.1:9001' });
    expect(config.JupyterHub.tornado_settings).toMatchObject({ spawn_throttle_retry_range: [1, 2], slow_spawn_timeout: 10 });
    expect(config.LocalProcessSpawner.term_timeout).toBe(3);
    expect(warnings).toHaveLength(6);
    expect(warnings[0]).toMatchObject({
      line: 1,
      key: 'JupyterHub.admin_users',
      message: 'is the earlier name of Authenticator.admin_users',
    });
  });

  it('give way to today’s when both are set', async () => {
    const { config } = await load('JupyterHub: {admin_users: [old]}\nAuthenticator: {admin_users: [new]}\n');
    expect(config.Authenticator.admin_users).toEqual(['new']);
  });

  it('that mean nothing here are accepted with a warning each', async () => {
    const { warnings } = await load(
      'JupyterHub: {data_files_path: x, statsd_host: y, tornado_settings: {log_function: z}}\nDockerSpawner: {image: i}\nSpawner: {popen_kwargs: {}}\n',
    );
    expect(warnings.map(({ key }) => key)).toEqual([
      'JupyterHub.data_files_path',
      'JupyterHub.statsd_host',
      'DockerSpawner.image',
      'Spawner.popen_kwargs',
      'JupyterHub.tornado_settings.log_function',
    ]);
    for (const { message } of warnings) expect(message).toMatch(/^has no effect: /);
  });

  it('include those of Tornado, set one by one', async () => {
    const { config, warnings } = await load(
      'c.JupyterHub.tornado_settings["debug"] = True\nc.JupyterHub.tornado_settings["slow_stop_timeout"] = 1\n',
      'tornado.py',
    );
    expect(config.JupyterHub.tornado_settings.slow_stop_timeout).toBe(1);
    expect(warnings).toMatchObject([{ key: 'JupyterHub.tornado_settings.debug' }]);
  });

  it('that cannot be honoured are refused, unless they ask for nothing', async () => {
    expect(await problemsOf(load('JupyterHub: {internal_ssl: true, subdomain_host: "https://x"}\n'))).toMatchObject([
      { key: 'JupyterHub.internal_ssl', message: expect.stringMatching(/^cannot be used: /) as string },
      { key: 'JupyterHub.subdomain_host' },
    ]);
    expect(
      (await load('JupyterHub: {internal_ssl: false, subdomain_host: "", extra_handlers: []}\nSpawner: {pre_spawn_hook: null}\n'))
        .warnings,
    ).toEqual([]);
  });

  it('include those of the application', async () => {
    expect((await load('Application: {log_level: DEBUG}\n')).config.JupyterHub.log_level).toBe('DEBUG');
  });
});

describe('rules between keys', () => {
  it.each([
    ['JupyterHub: {ssl_cert: a}', 'JupyterHub.ssl_cert'],
    ['JupyterHub: {load_groups: {a: []}}\nAuthenticator: {manage_groups: true}', 'JupyterHub.load_groups'],
    ['JupyterHub: {load_roles: [{name: abc}, {name: abc}]}', 'JupyterHub.load_roles'],
    ['JupyterHub: {services: [{name: a}, {name: a}]}', 'JupyterHub.services'],
    ['JupyterHub: {bind_url: "http://:8000/team", public_url: "https://x/other/"}', 'JupyterHub.public_url'],
  ])('%s', async (text, key) => expect(await problemsOf(load(text))).toMatchObject([{ key, line: 1 }]));

  it('let a public URL end with the base URL', async () => {
    const { config } = await load('JupyterHub: {base_url: /team/, public_url: "https://x/team"}');
    expect(config.JupyterHub.public_url).toBe('https://x/team');
  });
});

describe('the command line', () => {
  const withArguments = (...args: [className: string, trait: string, text: string][]) =>
    loadConfig({
      file: write('elara.yaml', 'JupyterHub: {port: 1, ip: a}\nAuthenticator: {admin_users: [a]}\n'),
      overrides: args.map((arg) => argumentSetting(...arg)),
    });

  it('wins over the file', async () => {
    const { config, locate } = await withArguments(['JupyterHub', 'port', '2'], ['Authenticator', 'admin_users', '[b, c]']);
    expect(config.JupyterHub).toMatchObject({ port: 2, ip: 'a' });
    expect(config.PAMAuthenticator.admin_users).toEqual(['b', 'c']);
    expect(locate('JupyterHub', 'port')).toEqual({ file: 'command line' });
  });

  it.each([
    ['JupyterHub', 'ip', '8', '8'],
    ['JupyterHub', 'ip', '', ''],
    ['JupyterHub', 'db_url', 'sqlite:///a: b', 'sqlite:///a: b'],
    ['JupyterHub', 'allow_named_servers', 'True', true],
    ['JupyterHub', 'log_level', '10', 'DEBUG'],
    ['Spawner', 'mem_limit', 'None', null],
    ['Spawner', 'args', '--debug', ['--debug']],
    ['Spawner', 'environment', "{'A': 'b'}", { A: 'b' }],
    ['Authenticator', 'admin_users', 'anna', ['anna']],
    ['DummyAuthenticator', 'password', '12345', '12345'],
  ] as const)('reads %s.%s=%s', async (className, trait, text, value) => {
    const { config } = await withArguments([className, trait, text]);
    expect((config[className] as Record<string, unknown>)[trait]).toEqual(value);
  });

  it('is checked like a file', async () => {
    expect(await problemsOf(withArguments(['JupyterHub', 'prot', '1'], ['JupyterHub', 'port', 'x']))).toMatchObject([
      { file: 'command line', key: 'JupyterHub.prot', suggestion: 'port' },
      { file: 'command line', key: 'JupyterHub.port' },
    ]);
  });
});

describe('the file', () => {
  it.each([
    ['missing.yaml', 'cannot be read: there is no such file'],
    ['.', 'cannot be read: expected a file of the kind'],
  ])('%s cannot be used', async (name, message) => {
    expect((await problemsOf(loadConfig({ file: join(folder, name) })))[0]).toMatchObject({
      file: join(folder, name),
      message: expect.stringContaining(message) as string,
    });
  });

  it('is elara.yaml, then jupyterhub_config.py, of the working directory, else none', async () => {
    const cwd = mkdtempSync(join(folder, 'cwd-'));
    vi.spyOn(process, 'cwd').mockReturnValue(cwd);
    expect(await loadConfig()).toMatchObject({ config: defaultConfig(), warnings: [] });
    writeFileSync(join(cwd, 'jupyterhub_config.py'), 'c.JupyterHub.port = 1\n');
    expect(await loadConfig()).toMatchObject({ file: join(cwd, 'jupyterhub_config.py'), config: { JupyterHub: { port: 1 } } });
    writeFileSync(join(cwd, 'elara.yaml'), 'JupyterHub: {port: 2}\n');
    expect(await loadConfig()).toMatchObject({ file: join(cwd, 'elara.yaml'), config: { JupyterHub: { port: 2 } } });
  });

  it('means the same in every format', async () => {
    const yaml = await load(
      'JupyterHub:\n  services:\n    - {name: a, command: [x], environment: {A: b}}\n  load_groups: {red: {users: [u]}}\nAuthenticator:\n  admin_users: [a, b]\nSpawner: {mem_limit: 1G}\n',
    );
    const content =
      '{"JupyterHub": {"services": [{"name": "a", "command": ["x"], "environment": {"A": "b"}}], "load_groups": {"red": {"users": ["u"]}}}, "Authenticator": {"admin_users": ["a", "b"]}, "Spawner": {"mem_limit": "1G"}}';
    const json = await load(content, 'elara.json');
    const script = await load(`export default ${content};`, 'elara.mjs');
    const python = await load(
      'c.JupyterHub.services = [dict(name="a", command=["x"], environment={"A": "b"})]\nc.JupyterHub.load_groups = {"red": {"users": ["u"]}}\nc.Authenticator.admin_users = {"b", "a"}\nc.Spawner.mem_limit = "1G"\n',
      'twin.py',
    );
    for (const twin of [json, script, python]) expect(twin.config).toEqual(yaml.config);
  });

  it('says where a part of a value comes from, for problems that others find', async () => {
    const loaded = await load('JupyterHub:\n  services:\n    - name: a\n      comand: [x]\n');
    expect(loaded.problem('JupyterHub', 'services', [0, 'comand'], 'there is no such key', 'command')).toEqual({
      file: join(folder, 'elara.yaml'),
      line: 4,
      key: 'JupyterHub.services[0].comand',
      message: 'there is no such key',
      suggestion: 'command',
    });
    expect(loaded.locate('JupyterHub', 'port')).toBeUndefined();
  });
});

describe("a config of JupyterHub's nativeauthenticator", () => {
  it('is taken as it is, and what has no effect is told', async () => {
    const { config, warnings } = await load(
      [
        'c.JupyterHub.authenticator_class = "nativeauthenticator.NativeAuthenticator"',
        'c.Authenticator.minimum_password_length = 12',
        'c.Authenticator.seconds_before_next_try = 1200',
        'c.NativeAuthenticator.allowed_failed_logins = 3',
        'c.NativeAuthenticator.allow_self_approval_for = "[^@]+@example[.]org$"',
        'c.NativeAuthenticator.recaptcha_key = "x"',
        'c.NativeAuthenticator.import_from_firstuse = True',
      ].join('\n'),
      'native.py',
    );
    expect(config.JupyterHub.authenticator_class).toBe('native');
    expect(config.NativeAuthenticator.minimum_password_length).toBe(12);
    expect(config.Elara).toMatchObject({ login_failures_per_account: 3, login_failure_window: 1200 });
    expect(warnings.map(({ key, message }) => `${key} ${message}`)).toEqual([
      'Authenticator.minimum_password_length belongs to NativeAuthenticator and is used there',
      'Authenticator.seconds_before_next_try is an earlier form of Elara.login_failure_window and used as such',
      'NativeAuthenticator.allowed_failed_logins is an earlier form of Elara.login_failures_per_account and used as such',
      expect.stringContaining('NativeAuthenticator.allow_self_approval_for has no effect: Elara sends no mail'),
      expect.stringContaining('NativeAuthenticator.recaptcha_key has no effect'),
      expect.stringContaining('NativeAuthenticator.import_from_firstuse has no effect'),
    ]);
  });
});
