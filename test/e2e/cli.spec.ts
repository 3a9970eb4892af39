import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { freePort, isAlive, root, TestHub, until } from '../support/hub.js';
import { endPrograms, launch, MOCK, processesWith, runBin } from '../support/programs.js';

const dir = mkdtempSync(path.join(tmpdir(), 'elara-cli-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
afterEach(endPrograms);

const elara = (args: string[], cwd = dir) => runBin('elara', args, { cwd });

function file(name: string, text: string): string {
  const full = path.join(dir, name);
  writeFileSync(full, text);
  return full;
}

describe('elara', () => {
  test('--help names every command', async () => {
    const { status, stdout } = await elara(['--help']);
    expect(status).toBe(0);
    for (const word of ['start', 'token', 'check-config', 'config', '--config', '--Class.key=value']) expect(stdout).toContain(word);
  });

  test('--version says which', async () => {
    const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
    expect(await elara(['--version'])).toMatchObject({ status: 0, stdout: `${version}\n` });
  });

  test.each([
    [['--no-such-option'], /unknown option '--no-such-option'/],
    [['chek-config'], /unknown command 'chek-config'\n\(Did you mean check-config\?\)/],
    [['token', 'one', 'two'], /too many arguments/],
    [['-f'], /argument missing/],
  ])('%j cannot be understood: exit status 2', async (args, message) => {
    const { status, output } = await elara(args);
    expect(status).toBe(2);
    expect(output).toMatch(message);
  });

  test.each([
    ['from another directory', () => ({ program: path.join(root, 'bin', 'elara'), cwd: '/' })],
    ['through a symbolic link', () => {
      const link = path.join(dir, 'my-elara');
      symlinkSync(path.join(root, 'bin', 'elara'), link);
      return { program: link, cwd: dir };
    }],
  ])('runs %s', async (_how, where) => {
    const { program, cwd } = where();
    const run = launch([program, 'check-config', '-f', path.join(root, 'config', 'development.yaml')], { cwd });
    expect([await run.ended, run.output()]).toEqual([0, expect.stringContaining('The config can be used.')]);
  });
});

describe('elara check-config', () => {
  test.each(['development.yaml', 'production.yaml', 'nightly.yaml', 'elara.yaml'])('has nothing against config/%s', async (name) => {
    const { status, output } = await elara(['check-config', '-f', path.join(root, 'config', name)]);
    expect([status, output]).toEqual([0, expect.stringContaining('The config can be used.')]);
  });

  test.each([
    ['typo.yaml', 'JupyterHub:\n  bind_url: http://:8000\n  allow_named_server: true\n', /typo\.yaml:3.*allow_named_server.*did you mean allow_named_servers/is],
    ['class.yaml', '# people\nAuthentificator:\n  allow_all: true\n', /class\.yaml:[23].*Authentificator.*did you mean Authenticator/is],
    ['type.yaml', 'JupyterHub:\n  hub_port: "eighty"\n', /type\.yaml:2.*hub_port/is],
    ['service.yaml', 'JupyterHub:\n  services:\n    - name: x\n      comand: [x]\n', /service\.yaml:4.*comand.*did you mean command/is],
    ['broken.yaml', 'JupyterHub:\n  hub_port: [1\n', /broken\.yaml:\d/],
    ['typo.json', '{\n  "Spawner": {\n    "cmdd": ["x"]\n  }\n}\n', /typo\.json:3.*cmdd.*did you mean cmd/is],
    ['typo.py', 'c = get_config()\nc.JupyterHub.hub_prot = 8081\n', /typo\.py:2.*hub_prot.*did you mean hub_port/is],
    ['function.py', 'c.Spawner.cmd = ["x"]\nc.Spawner.pre_spawn_hook = lambda spawner: None\n', /function\.py:2.*pre_spawn_hook/is],
  ])('tells what is wrong in %s, and where', async (name, text, message) => {
    const { status, output } = await elara(['check-config', '-f', file(name, text)]);
    expect(status).toBe(1);
    expect(output).toMatch(message);
    expect(output).not.toMatch(/^ {4}at /m);
  });

  test('tells no more than a start with such a config, which fails', async () => {
    const given = file('start.yaml', 'JupyterHub:\n  hub_prot: 8081\nconstructor:\n  x: 1\n');
    const [checked, started] = [await elara(['check-config', '-f', given]), await elara(['-f', given])];
    expect(checked.output).toMatch(/start\.yaml:2: JupyterHub\.hub_prot: .*did you mean hub_port\?\n.*start\.yaml:3: constructor: there is no such class/);
    expect(started).toEqual({ ...checked, status: 1 });
  });

  test('tells it as JSON too, and looks at --Class.trait', async () => {
    const { status, stdout } = await elara(['check-config', '--json', '-f', file('good.json', '{}'), '--JupyterHub.hub_prot=1']);
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, problems: [{ file: 'command line', key: 'JupyterHub.hub_prot', suggestion: 'hub_port' }] });
  });

  test('names a file that is not there', async () => {
    const { status, output } = await elara(['check-config', '-f', 'nowhere.yaml']);
    expect(status).toBe(1);
    expect(output).toContain('nowhere.yaml');
  });
});

test('elara config show hides what is secret', async () => {
  const secret = (name: string) => `a-secret-${name}-0123456789abcdef0123456789abcdef`;
  const config = {
    JupyterHub: {
      api_tokens: { [secret('api-token')]: 'ada' },
      services: [{ name: 'x', api_token: secret('service') }],
      service_tokens: { [secret('service-token')]: 'x' },
      cookie_secret: Buffer.from(secret('cookie')).toString('hex'),
      db_url: `postgresql://elara:${secret('database')}@db.example/elara`,
    },
    DummyAuthenticator: { password: secret('dummy') },
    SharedPasswordAuthenticator: { user_password: secret('user'), admin_password: secret('admin') },
    ConfigurableHTTPProxy: { auth_token: secret('proxy') },
    CryptKeeper: { keys: [secret('crypt')] },
  };
  const given = file('secrets.json', JSON.stringify(config));
  for (const more of [[], ['--json']]) {
    const { status, output } = await elara(['config', 'show', '-f', given, ...more]);
    expect(status).toBe(0);
    expect(output).not.toContain('a-secret-');
    expect(output).not.toContain(Buffer.from('a-secret-').toString('hex'));
    expect(output).toContain('db.example');
  }
});

describe('elara token', () => {
  let hub: TestHub;
  beforeAll(async () => {
    hub = await new TestHub({ Authenticator: { admin_users: ['boss'] } }).start();
  });
  afterAll(() => hub.dispose());

  const token = (...args: string[]) => elara(['token', '-f', hub.configFile, ...args], hub.dir);
  const whose = async (secret: string) => ((await (await hub.request('GET', '/user', { token: secret })).json()) as { name: string }).name;

  test('makes one that a running hub takes at once, and one that a stopped hub takes later', async () => {
    const first = await token('boss');
    expect(first).toMatchObject({ status: 0, output: expect.stringMatching(/^[0-9a-f]{32}\n$/) as string });
    expect(await whose(first.stdout.trim())).toBe('boss');
    await hub.kill();
    const second = await token('boss');
    expect(second).toMatchObject({ status: 0, output: expect.stringMatching(/^[0-9a-f]{32}\n$/) as string });
    await hub.start();
    for (const { stdout } of [first, second]) expect(await whose(stdout.trim())).toBe('boss');
    expect(hub.log).not.toContain(first.stdout.trim());
  });

  test('says that there is no such user', async () => {
    const { status, output, stdout } = await token('nobody');
    expect([status, stdout]).toEqual([1, '']);
    expect(output).toMatch(/cannot make a token for nobody: because there is no such user/);
  });
});

describe('npm start', () => {
  beforeAll(async () => {
    const { isPrepared } = (await import(path.join(root, 'scripts', 'project.mjs'))) as { isPrepared: () => boolean };
    if (!isPrepared()) throw new Error('cannot try npm start: because it would install or build in this checkout; run npm test, which does so before the tests');
  });

  /** The development config, with ports of its own and everything it writes in a folder of its own. */
  async function developmentCopy(): Promise<{ config: string; port: number; api: string; pidFile: string }> {
    const folder = path.join(dir, 'var');
    mkdirSync(folder, { recursive: true });
    const [port, hubPort, proxyPort, boardPort] = [await freePort(), await freePort(), await freePort(), await freePort()];
    const text = readFileSync(path.join(root, 'config', 'development.yaml'), 'utf8');
    const config = parse(text.replaceAll(/(\.\/)?\bvar\//g, `${folder}/`).replaceAll('sqlite:////', 'sqlite:///')) as Record<string, Record<string, unknown>>;
    Object.assign(config.JupyterHub!, { bind_url: `http://127.0.0.1:${port}/`, hub_port: hubPort, db_url: `sqlite:///${folder}/elara.sqlite` });
    config.ConfigurableHTTPProxy!.api_url = `http://127.0.0.1:${proxyPort}`;
    config.Spawner!.cmd = MOCK;
    const services = config.JupyterHub!.services as { name: string; url?: string }[];
    services.find(({ name }) => name === 'announcement')!.url = `http://127.0.0.1:${boardPort}`;
    return { config: file('development.yaml', stringify(config)), port, api: `http://127.0.0.1:${hubPort}/hub/api`, pidFile: path.join(folder, 'proxy.pid') };
  }

  /** A hub that did not end by Ctrl-C is ended here, with all that it had started. */
  async function endLeftOvers({ api, pidFile }: { api: string; pidFile: string }): Promise<void> {
    const hub = existsSync(`${path.dirname(pidFile)}/elara.pid`) ? [Number(readFileSync(`${path.dirname(pidFile)}/elara.pid`, 'utf8'))] : [];
    const proxy = existsSync(pidFile) ? [Number(readFileSync(pidFile, 'utf8'))] : [];
    for (const pid of [...hub, ...proxy, ...processesWith({ JUPYTERHUB_API_URL: api })].filter(isAlive)) process.kill(pid, 'SIGKILL');
  }

  test('tells address and login; Ctrl-C at the terminal leaves nothing running', async () => {
    const copy = await developmentCopy();
    const { config, port, api, pidFile } = copy;
    onTestFinished(() => endLeftOvers(copy));
    // script(1) gives it a terminal, and turns what is typed into signals
    const terminal = launch(['script', '--quiet', '--flush', '--return', '--command', `npm start -- -f ${config}`, '/dev/null'], { cwd: root });
    await until('it says where it is', () => terminal.output().includes(`Elara is now running at http://127.0.0.1:${port}/`), 60_000);
    await until('it says how to log in', () => terminal.output().includes('Log in as admin (who is an admin), or any other name, with the password elara'));
    const { stdout } = await runBin('elara', ['token', 'admin', '-f', config], { cwd: root });
    const start = await fetch(`${api}/users/admin/server`, { method: 'POST', headers: { Authorization: `token ${stdout.trim()}` } });
    expect(start.status).toBe(201);
    const pids = [Number(readFileSync(pidFile, 'utf8')), ...processesWith({ JUPYTERHUB_API_URL: api })];
    // the proxy, the server, the culler and the board
    expect(pids.filter(isAlive)).toHaveLength(4);
    terminal.type('\x03');
    await terminal.ended;
    expect(pids.filter(isAlive)).toEqual([]);
    for (const address of [`http://127.0.0.1:${port}/`, api]) await expect(fetch(address)).rejects.toThrow();
  });
});
