import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import * as api from '../config-api.js';
import { loadConfig } from '../config/load-config.js';
import { readYaml } from '../config/load/yaml.js';
import { createSpawner } from '../spawners/create-spawner.js';
import { run } from './run.js';

const CONFIG = `import os
from jupyterhub.auth import Authenticator
from jupyterhub.spawner import SimpleLocalProcessSpawner
from tornado import web

class Dictionary(Authenticator):
    pass

class Forms(SimpleLocalProcessSpawner):
    pass

def make_home(spawner):
    raise web.HTTPError(403)

c = get_config()
c.JupyterHub.authenticator_class = Dictionary
c.JupyterHub.spawner_class = Forms
c.JupyterHub.extra_handlers = [("/x", web.RequestHandler)]
c.JupyterHub.statsd_host = "x"
c.JupyterHub.prot = 8000
c.JupyterHub.port = "8000"
c.Authenticator.whitelist = {"ann"}
c.Spawner.pre_spawn_hook = make_home
c.Spawner.environment = {"A": "it's \\"so\\"", "B": lambda spawner: "x", "KEY": os.environ["KEY_OF_THIS_TEST"]}
c.Spawner.start_timeout = 2 * 60
`;

const folder = mkdtempSync(join(tmpdir(), 'elara-migrate-'));
const file = join(folder, 'jupyterhub_config.py');
beforeAll(() => {
  writeFileSync(file, CONFIG);
  vi.stubEnv('KEY_OF_THIS_TEST', 'the-key-of-this-test');
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

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
afterEach(() => void vi.restoreAllMocks());

describe('elara migrate-config', () => {
  it('writes data as YAML, each key with its help and where it comes from', async () => {
    expect(await run(['migrate-config', file])).toBe(1);
    expect(readYaml('x', output.stdout).map(({ key, value }) => [key, value])).toEqual([
      ['JupyterHub.port', '8000'],
      ['Authenticator.allowed_users', ['ann']],
      ['Spawner.environment', { A: 'it\'s "so"', KEY: 'the-key-of-this-test' }],
      ['Spawner.start_timeout', 120],
    ]);
    expect(output.stdout).toContain('  # Seconds within which the spawner has to have started the server.\n  # jupyterhub_config.py:25; worked out there, as it was when this was written\n  start_timeout: 120\n');
    expect(output.stdout).toContain('# jupyterhub_config.py:24; read from the environment (KEY_OF_THIS_TEST), as it was when this was written');
    expect(output.stdout).toContain('# environment.B was code (lambda, jupyterhub_config.py:24); write: (spawner) =>');
  });

  it('tells what is left to do, with what to write', async () => {
    await run(['-f', file, 'migrate-config']);
    const lines = output.stderr.split('\n').map((line) => line.replace(`${file}:`, ''));
    expect(lines).toEqual([
      '4 keys were carried over.',
      'To be written by hand:',
      expect.stringMatching(/^ {2}16: JupyterHub.authenticator_class: is a class \(Dictionary\), defined in line 6; write in a JavaScript or TypeScript config: class MyAuthenticator/),
      expect.stringMatching(/^ {2}17: JupyterHub.spawner_class: is a class \(Forms\), defined in line 9; write .*: class MySpawner extends LocalProcessSpawner/),
      expect.stringMatching(/^ {2}23: Spawner.pre_spawn_hook: is a function \(make_home\), defined in line 12; write .*: async \(spawner, \{ signal \}\) => \{ … \}, which is called before each start/),
      expect.stringMatching(/^ {2}24: Spawner.environment.B: is a lambda, defined in line 24; write .*: \(spawner\) => 'TEXT'/),
      'Wrong, and to be mended:',
      '  18: JupyterHub.extra_handlers: cannot be used: handlers are Python classes; run them as a service of their own',
      '  20: JupyterHub.prot: JupyterHub has no such key; did you mean port?',
      "  21: JupyterHub.port: expected a number, got '8000'; write it without quotes",
      'Worth knowing:',
      expect.stringMatching(/^ {2}19: JupyterHub.statsd_host: has no effect/),
      '  22: Authenticator.whitelist: is the earlier name of Authenticator.allowed_users',
      '',
    ]);
  });

  it('begins a script, in which nothing that is still to be written is passed over', async () => {
    const script = join(folder, 'elara.ts');
    expect(await run(['migrate-config', file, '-o', script])).toBe(1);
    // the number in quotes is for a person to mend
    writeFileSync(script, readFileSync(script, 'utf8').replace("port: '8000'", 'port: 8000'));
    const { config } = await loadConfig({ file: script, api: async () => api });
    expect(config.Spawner.environment).toMatchObject({ A: 'it\'s "so"', KEY: 'the-key-of-this-test' });
    expect(readFileSync(script, 'utf8')).not.toContain('the-key-of-this-test');
    expect(config.Spawner.pre_spawn_hook).toThrow('pre_spawn_hook (make_home, jupyterhub_config.py:12) is still to be written here');
    expect(config.Spawner.environment.B).toThrow('environment.B (lambda, jupyterhub_config.py:24) is still to be written here');
    expect(() => createSpawner(config)).toThrow('cannot use Forms as JupyterHub.spawner_class: because the class Forms, jupyterhub_config.py:9 is still to be written here');
    expect(statSync(script).mode & 0o777).toBe(0o600);
  });

  it('writes over nothing', async () => {
    const target = join(folder, 'there.yaml');
    writeFileSync(target, 'mine');
    expect(await run(['migrate-config', file, '-o', target])).toBe(1);
    expect([readFileSync(target, 'utf8'), output.stderr.includes('it exists already')]).toEqual(['mine', true]);
    await run(['-y', 'migrate-config', file, '-o', target]);
    expect([readFileSync(target, 'utf8').includes('start_timeout: 120'), statSync(target).mode & 0o777]).toEqual([true, 0o600]);
  });

  it('has nothing left to do for a config that is data', async () => {
    const plain = join(folder, 'plain.py');
    writeFileSync(plain, 'c.JupyterHub.port = 8000\n');
    expect(await run(['migrate-config', plain, '-o', join(folder, 'plain.mjs')])).toBe(0);
    expect((await loadConfig({ file: join(folder, 'plain.mjs'), api: async () => api })).config.JupyterHub.port).toBe(8000);
  });

  it.each([
    [['migrate-config', 'elara.yaml'], 'is no Python file'],
    [['migrate-config', file, '-o', 'config.toml'], 'the ending is none of .yaml'],
    [['migrate-config', join(folder, 'nowhere.py')], 'FileNotFoundError'],
  ])('refuses %j', async (args, message) => {
    expect(await run(args)).toBe(1);
    expect(output.stderr).toContain(message);
  });
});
