import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { loadConfig } from '../../apps/hub/src/config/load-config.js';
import { hubUrls } from '../../apps/hub/src/config/urls.js';
import { notifySystemd } from '../../apps/hub/src/lifecycle/systemd.js';
import { chpArguments } from '../../apps/hub/src/proxy/drivers/chp-command.js';
import { freePort, root, until } from '../support/hub.js';

const INSTALLED = '/opt/elara';
const checkout = path.resolve(root);
const dir = mkdtempSync(path.join(tmpdir(), 'elara-systemd-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** A unit as it would be if this checkout were the installation; the name of the copy is the unit's. */
function installedUnit(name: string): string {
  const file = path.join(dir, name);
  writeFileSync(file, readFileSync(path.join(checkout, 'systemd', name), 'utf8').replaceAll(INSTALLED, checkout));
  return file;
}

/** Directives of a unit file, each with all its values in order. */
function directives(file: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [, key, value] = /^([A-Za-z]+)=(.*)$/.exec(line) ?? [];
    if (key !== undefined) found.set(key, [...(found.get(key) ?? []), value!]);
  }
  return found;
}

function run(command: string, ...args: string[]) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', timeout: 60_000 });
  if (error) throw error;
  return { status, stdout, stderr };
}

let hubUnit: string;
let proxyUnit: string;
beforeAll(() => {
  hubUnit = installedUnit('elara.service');
  proxyUnit = installedUnit('elara-proxy.service');
});

describe('the units', () => {
  test('pass systemd-analyze verify without a word', () => {
    const { status, stderr } = run('systemd-analyze', 'verify', hubUnit, proxyUnit);
    // unknown keys and bad values only print a warning
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  test('leave the proxy little that it could do wrong', () => {
    const { status, stdout } = run('systemd-analyze', 'security', '--offline=true', '--threshold=20', proxyUnit);
    expect(stdout).toMatch(/Overall exposure level for elara-proxy.service: [01]\.\d/);
    expect(status).toBe(0);
  });

  test('let people and their servers be', () => {
    const unit = directives(hubUnit);
    expect(Object.fromEntries(unit)).toMatchObject({ Type: ['notify'], KillMode: ['process'], OOMPolicy: ['continue'], TasksMax: ['infinity'] });
    const harmful = /^(Protect|Private|Restrict|SystemCall|ReadOnly|Inaccessible|NoNew|MemoryDeny|Device|Lock)/;
    expect([...unit.keys()].filter((key) => harmful.test(key))).toEqual([]);
    // everybody's server is in the hub's cgroup: "all" would let each of them speak for the hub
    expect(unit.get('NotifyAccess')).toEqual(['main']);
  });

  test('watch no faster than the hub can start', () => {
    const [watchdog] = directives(hubUnit).get('WatchdogSec')!;
    expect(Number(watchdog)).toBeGreaterThanOrEqual(30);
  });
});

describe('the proxy', () => {
  let proxy: ChildProcess | undefined;
  afterEach(() => {
    if (proxy?.exitCode === null) proxy.kill('SIGKILL');
  });

  /** What systemd makes of `ExecStart`: `$NAME` as a word of its own is split into words. */
  function commandLine(): string[] {
    const unit = directives(proxyUnit);
    const variables = new Map(unit.get('Environment')!.map((line) => [line.replace(/^"(\w+)=.*$/, '$$$1'), line.replace(/^"\w+=(.*)"$/, '$1')]));
    return unit.get('ExecStart')![0]!.split(' ').flatMap((word) => variables.get(word)?.split(' ') ?? [word]);
  }

  test('gets what the hub itself would give it with the production config', async () => {
    const { config } = await loadConfig({ file: path.join(checkout, 'config', 'production.yaml') });
    expect(config.ConfigurableHTTPProxy.should_start).toBe(false);
    const wanted = chpArguments(config, hubUrls(config));
    const given = commandLine().slice(1);
    const pairs = (args: string[]) => args.flatMap((arg, index) => (index % 2 === 0 ? [`${arg} ${args[index + 1]}`] : []));
    const loglessly = (args: string[]) => pairs(args).filter((pair) => !pair.startsWith('--log-level')).sort();
    expect(loglessly(given)).toEqual(loglessly(wanted));
  });

  test('answers to its token and to nobody else', async () => {
    const [port, apiPort] = [await freePort(), await freePort()];
    const [program, ...args] = commandLine().map((word) => ({ 8000: String(port), 8001: String(apiPort) })[word] ?? word);
    proxy = spawn(program!, args, { cwd: dir, stdio: 'ignore', env: { PATH: process.env.PATH, CONFIGPROXY_AUTH_TOKEN: 'e2e-token' } });
    const routes = `http://127.0.0.1:${apiPort}/api/routes`;
    await until('the proxy answers', () => fetch(`http://127.0.0.1:${port}/_chp_healthz`).then((answer) => answer.ok, () => false));
    expect((await fetch(routes)).status).toBe(403);
    expect((await fetch(routes, { headers: { Authorization: 'token e2e-token' } })).status).toBe(200);
  });

  test.each([
    ['', 1],
    ['e2e-token', 0],
  ])('with the token %j, its first check ends with status %d', (token, expected) => {
    const [, script] = /^\/bin\/sh -c '(.*)'$/.exec(directives(proxyUnit).get('ExecStartPre')![0]!)!;
    const env = token ? { CONFIGPROXY_AUTH_TOKEN: token } : {};
    const { status, stderr } = spawnSync('/bin/sh', ['-c', script!.replaceAll('$$', '$')], { encoding: 'utf8', env });
    expect(status).toBe(expected);
    expect(stderr.includes('/etc/elara/proxy.env')).toBe(expected !== 0);
  });
});

describe('accounts and folders', () => {
  test('systemd-sysusers makes the account that the proxy runs as', () => {
    const rootDir = path.join(dir, 'sysusers');
    mkdirSync(path.join(rootDir, 'etc'), { recursive: true });
    const { status, stderr } = run('systemd-sysusers', '--dry-run', `--root=${rootDir}`, path.join(checkout, 'systemd/sysusers.d/elara.conf'));
    expect(status).toBe(0);
    const [account] = directives(proxyUnit).get('User')!;
    expect(stderr).toContain(`Creating user '${account}'`);
    // everything it says is about that account and the files it would write
    expect(stderr.split('\n').filter((line) => line !== '' && !line.includes(`'${account}'`) && !line.startsWith('Would write'))).toEqual([]);
  });

  // as another account it could not give the folders to root
  test.runIf(process.getuid?.() === 0)('systemd-tmpfiles makes the folders of the production config, closed to others', async () => {
    const rootDir = path.join(dir, 'tmpfiles');
    mkdirSync(path.join(rootDir, 'etc/elara'), { recursive: true });
    writeFileSync(path.join(rootDir, 'etc/elara/proxy.env'), '', { mode: 0o644 });
    const made = run('systemd-tmpfiles', '--create', `--root=${rootDir}`, path.join(checkout, 'systemd/tmpfiles.d/elara.conf'));
    expect(made).toEqual({ status: 0, stdout: '', stderr: '' });
    const { config } = await loadConfig({ file: path.join(checkout, 'config', 'production.yaml') });
    const [workingDirectory] = directives(hubUnit).get('WorkingDirectory')!;
    for (const folder of ['/etc/elara', config.Elara.log_dir, path.dirname(config.JupyterHub.cookie_secret_file), workingDirectory!]) {
      expect(existsSync(path.join(rootDir, folder)), folder).toBe(true);
      expect(statSync(path.join(rootDir, folder)).mode & 0o077, folder).toBe(0);
    }
    expect(statSync(path.join(rootDir, 'etc/elara/proxy.env')).mode & 0o777).toBe(0o600);
  });
});

describe('telling systemd', () => {
  /** Prints `PID MESSAGE` for each datagram; Node has no such sockets. */
  const LISTENER = `
import socket, struct, sys
listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
listener.bind(sys.argv[1])
listener.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
print("listening", flush=True)
while True:
    message, ancillary, _, _ = listener.recvmsg(4096, socket.CMSG_SPACE(12))
    pid = next(struct.unpack("3i", data)[0] for _, kind, data in ancillary if kind == socket.SCM_CREDENTIALS)
    print(pid, message.decode().replace("\\n", " "), flush=True)
`;
  const lines: string[] = [];
  let listener: ChildProcess;

  beforeAll(async () => {
    const socket = path.join(dir, 'notify');
    listener = spawn('python3', ['-c', LISTENER, socket], { stdio: ['ignore', 'pipe', 'inherit'] });
    createInterface(listener.stdout!).on('line', (line) => lines.push(line));
    await until('the socket is there', () => lines.includes('listening'));
    vi.stubEnv('NOTIFY_SOCKET', socket);
  });
  afterAll(() => {
    vi.unstubAllEnvs();
    listener.kill('SIGKILL');
  });

  test('that the hub is ready, in the name of the hub', async () => {
    await notifySystemd('READY=1', 'STATUS=Serving http://127.0.0.1:8000/');
    const told = await until('systemd is told', () => lines.find((line) => line.includes('READY=1')));
    expect(told).toContain('STATUS=Serving http://127.0.0.1:8000/');
    expect(told).toContain(`MAINPID=${process.pid}`);
    // NotifyAccess=main believes nobody else; only root can speak in another's name
    if (process.getuid?.() === 0) expect(told.startsWith(`${process.pid} `)).toBe(true);
  });

  test('that it lives', async () => {
    await notifySystemd('WATCHDOG=1');
    await until('systemd is told', () => lines.some((line) => line.includes('WATCHDOG=1')));
  });
});
