import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { annotatedYaml } from '../config/annotated.js';
import { ELARA_VERSION } from '../version.js';
import { run } from './run.js';

const folder = mkdtempSync(join(tmpdir(), 'elara-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

const output = { stdout: '', stderr: '' };

beforeEach(() => {
  Object.assign(output, { stdout: '', stderr: '' });
  for (const stream of ['stdout', 'stderr'] as const) {
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      output[stream] += String(text);
      return true;
    });
  }
});
afterEach(() => vi.restoreAllMocks());

function file(text: string): string {
  writeFileSync(join(folder, 'elara.yaml'), text);
  return join(folder, 'elara.yaml');
}

describe('elara', () => {
  it('helps', async () => {
    expect(await run(['--help'])).toBe(0);
    for (const command of ['start', 'token', 'check-config', 'config', 'migrate-config', '--Class.key=value'])
      expect(output.stdout).toContain(command);
  });

  it('tells its version', async () => {
    expect(await run(['--version'])).toBe(0);
    expect(output.stdout.trim()).toBe(ELARA_VERSION);
  });

  it.each([
    [['--prot', '1'], "unknown option '--prot'\n(Did you mean --port?)"],
    [['check-config', '--jsn'], "unknown option '--jsn'\n(Did you mean --json?)"],
    [['check-confg'], "unknown command 'check-confg'\n(Did you mean check-config?)"],
    [['nonsense'], "unknown command 'nonsense'"],
    [['config', 'shwo'], "unknown command 'shwo'\n(Did you mean show?)"],
    [['--port'], 'argument missing'],
  ])('does not understand %j', async (args, message) => {
    expect(await run(args)).toBe(2);
    expect(output.stderr).toContain(message);
  });
});

describe('elara check-config', () => {
  it('sums up a config that can be used', async () => {
    const config = file(
      'JupyterHub:\n  bind_url: http://127.0.0.1:8123/\n  statsd_host: x\n  services: [{name: one}, {name: two}]\n',
    );
    expect(await run(['check-config', '-f', config])).toBe(0);
    expect(output.stdout).toContain('The config can be used.');
    for (const part of [config, 'http://127.0.0.1:8123/', 'one, two']) expect(output.stdout).toContain(part);
    expect(output.stderr).toContain(`warning: ${config}:3: JupyterHub.statsd_host: has no effect`);
  });

  it('tells all that is wrong', async () => {
    const config = file('JupyterHub:\n  prot: 1\nSpawner:\n  start_timeout: soon\n');
    expect(await run(['-f', config, 'check-config'])).toBe(1);
    expect(output.stderr).toBe(
      `elara: cannot use the config: because of 2 problems\n` +
        `  ${config}:2: JupyterHub.prot: JupyterHub has no such key; did you mean port?\n` +
        `  ${config}:4: Spawner.start_timeout: expected a number, got 'soon'\n`,
    );
  });

  it('checks services too', async () => {
    const config = file('JupyterHub:\n  services:\n    - name: one\n    - name: two\n      comand: x\n');
    expect(await run(['check-config', '-f', config])).toBe(1);
    expect(output.stderr).toContain(`${config}:5: JupyterHub.services[1].comand: `);
    expect(output.stderr).toContain('did you mean command?');
  });

  it('checks which service waits for which', async () => {
    const config = file('JupyterHub:\n  services:\n    - {name: one, command: [x],\n       after: [two]}\n    - name: two\n      command: [x]\n      requires: [one]\n');
    expect(await run(['check-config', '-f', config])).toBe(1);
    expect(output.stderr).toContain(`${config}:4: JupyterHub.services[0].after: service one: after: each of one → two → one waits for the next`);
  });

  it('answers in JSON', async () => {
    const config = file('JupyterHub:\n  prot: 1\n');
    expect(await run(['check-config', '--json', '-f', config])).toBe(1);
    expect(JSON.parse(output.stdout)).toEqual({
      ok: false,
      file: config,
      problems: [{ file: config, line: 2, key: 'JupyterHub.prot', message: 'JupyterHub has no such key', suggestion: 'port' }],
      warnings: [],
    });
    expect(output.stderr).toBe('');
  });

  it('looks at the command line as well', async () => {
    expect(await run(['check-config', '-f', file(''), '--port', 'x', '--JupyterHub.ipp=::1'])).toBe(1);
    expect(output.stderr).toContain("command line: JupyterHub.port: expected a number, got 'x'");
    expect(output.stderr).toContain('command line: JupyterHub.ipp: JupyterHub has no such key; did you mean ip?');
  });
});

describe('elara config show', () => {
  it('writes nothing', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'elara-show-'));
    const before = process.cwd();
    process.chdir(empty);
    try {
      writeFileSync('jupyterhub_config.py', 'c.JupyterHub.services = [{"name": "a", "command": ["touch", "a-started"]}]\nc.JupyterHub.pid_file = "hub.pid"\n');
      expect(await run(['config', 'show'])).toBe(0);
      expect(output.stdout).toContain('pid_file: hub.pid');
      expect(readdirSync('.')).toEqual(['jupyterhub_config.py']);
    } finally {
      process.chdir(before);
      rmSync(empty, { recursive: true });
    }
  });

  it('shows what holds, where it comes from, and no secrets', async () => {
    const config = file('JupyterHub:\n  port: 1\nDummyAuthenticator:\n  password: HUSH\n');
    expect(await run(['config', 'show', '-f', config, '--ip=::1', '--stop-everything', '--Spawner.debug=true'])).toBe(0);
    expect(output.stdout).toContain(`  port: 1 # ${config}:2\n`);
    expect(output.stdout).toContain('  ip: ::1 # command line\n');
    expect(output.stdout).toContain('  cleanup_proxy: true # command line\n');
    expect(output.stdout).toContain(`  password: "********" # ${config}:4\n`);
    expect(output.stdout).not.toContain('HUSH');
  });

  it.each([
    [['--no-db'], { db_url: 'sqlite:///:memory:' }],
    [['--db', 'sqlite:///x'], { db_url: 'sqlite:///x' }],
    [['--url=http://127.0.0.1:9000/a/'], { bind_url: 'http://127.0.0.1:9000/a/' }],
    [['--base-url', '/a/'], { base_url: '/a/' }],
    [['--debug'], { log_level: 'DEBUG' }],
    [['--log-level=30'], { log_level: 'WARNING' }],
    [['-y', '--upgrade-db'], { answer_yes: true, upgrade_db: true }],
    [['--ssl-key', 'k', '--ssl-cert', 'c', '--pid-file', 'p'], { ssl_key: 'k', ssl_cert: 'c', pid_file: 'p' }],
    [['--stop-everything'], { cleanup_servers: true, cleanup_proxy: true }],
    [['--port=1', '--JupyterHub.port=2'], { port: 2 }],
  ])('shows what %j means', async (args, expected) => {
    expect(await run(['config', 'show', '--json', '-f', file(''), ...args])).toBe(0);
    expect(JSON.parse(output.stdout)).toMatchObject({ JupyterHub: expected });
  });
});

describe('elara config generate', () => {
  it('prints every key', async () => {
    expect(await run(['config', 'generate'])).toBe(0);
    expect(output.stdout).toBe(annotatedYaml());
  });

  it('writes a file, over another one only when told so', async () => {
    const target = join(folder, 'new.yaml');
    expect(await run(['config', 'generate', '-o', target])).toBe(0);
    expect(readFileSync(target, 'utf8')).toBe(annotatedYaml());
    expect(await run(['config', 'generate', '-o', target])).toBe(1);
    expect(output.stderr).toContain('it exists already; use --yes to write over it');
    expect(await run(['config', 'generate', '--schema', '-y', '-o', target])).toBe(0);
    expect(JSON.parse(readFileSync(target, 'utf8'))).toMatchObject({ type: 'object' });
  });
});
