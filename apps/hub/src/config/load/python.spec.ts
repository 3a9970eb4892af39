import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import type { ConfigError } from '../config-error.js';
import { readPython } from './python.js';

const folder = mkdtempSync(join(tmpdir(), 'elara-python-'));
const file = join(folder, 'jupyterhub_config.py');
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

const DEADLINE_MS = 20_000;

async function settingsOf(text: string) {
  writeFileSync(file, text);
  return readPython(file, DEADLINE_MS);
}

const read = async (text: string) => (await settingsOf(text)).map(({ key, value, edits }) => [key, edits ?? value]);

async function problemsOf(text: string, timeoutMs = DEADLINE_MS) {
  writeFileSync(file, text);
  const error: unknown = await readPython(file, timeoutMs).catch((thrown: unknown) => thrown);
  return (error as ConfigError).problems;
}

describe('values', () => {
  it('crosses everything that is data', async () => {
    const text = `
import os, pathlib, collections
c = get_config()
c.JupyterHub.port = 8000
c.JupyterHub.ip = "127.0.0.1"
c.JupyterHub.allow_named_servers = True
c.Spawner.poll_jitter = 0.5
c.Spawner.mem_limit = None
c.Authenticator.admin_users = {"b", "a"}
c.Spawner.args = ("--one", "--two")
c.JupyterHub.load_groups = collections.OrderedDict(red={"users": {"x"}})
c.JupyterHub.pid_file = pathlib.Path("/run") / "hub.pid"
c.JupyterHub.cookie_secret = bytes.fromhex("00ff")
`;
    expect(Object.fromEntries(await read(text))).toEqual({
      'JupyterHub.port': 8000,
      'JupyterHub.ip': '127.0.0.1',
      'JupyterHub.allow_named_servers': true,
      'Spawner.poll_jitter': 0.5,
      'Spawner.mem_limit': null,
      'Authenticator.admin_users': ['a', 'b'],
      'Spawner.args': ['--one', '--two'],
      'JupyterHub.load_groups': { red: { users: ['x'] } },
      'JupyterHub.pid_file': '/run/hub.pid',
      'JupyterHub.cookie_secret': '00ff',
    });
  });

  it('is read from the environment', async () => {
    vi.stubEnv('HUB_PORT_OF_THIS_TEST', '8123');
    expect(await read('import os\nc.JupyterHub.port = int(os.environ["HUB_PORT_OF_THIS_TEST"])\n')).toEqual([
      ['JupyterHub.port', 8123],
    ]);
  });

  it('can be computed, and what is only looked at is not set', async () => {
    const text =
      'if "port" not in c.JupyterHub:\n    c["JupyterHub"]["port"] = 4000 + 4000\nc.Spawner.cmd\nc.JupyterHub.update({"ip": "::"})\n';
    expect(await read(text)).toEqual([
      ['JupyterHub.port', 8000],
      ['JupyterHub.ip', '::'],
    ]);
  });

  it('keeps later changes of an assigned list', async () => {
    expect(await read('c.Spawner.args = ["a"]\nc.Spawner.args.append("b")\nc.Spawner.args += ["c"]\n')).toEqual([
      ['Spawner.args', ['a', 'b', 'c']],
    ]);
  });

  it('works without c = get_config()', async () =>
    expect(await read('c.JupyterHub.port = 1\n')).toEqual([['JupyterHub.port', 1]]));

  it('prints to standard error only', async () =>
    expect(await read('print("", end="")\nc.JupyterHub.port = 1\n')).toHaveLength(1));
});

describe('changes to defaults', () => {
  it('are kept as such', async () => {
    const text = `
c.Spawner.env_keep.append("A")
c.Spawner.env_keep.extend(["B"])
c.Spawner.env_keep.prepend(["C"])
c.Spawner.env_keep.insert(1, "D")
c.Spawner.environment["E"] = "1"
c.Spawner.environment.update({"F": "2"})
c.Spawner.environment |= {"G": "3"}
c.Authenticator.admin_users.add("h")
c.Authenticator.admin_users.update({"i"})
c.Authenticator.admin_users |= {"j"}
c.Spawner.args += ["-v"]
`;
    expect(Object.fromEntries(await read(text))).toEqual({
      'Spawner.env_keep': { inserts: [[1, 'D']], prepend: ['C'], extend: ['A', 'B'] },
      'Spawner.environment': { update: { E: '1', F: '2', G: '3' } },
      'Authenticator.admin_users': { update: ['h', 'i', 'j'] },
      'Spawner.args': { extend: ['-v'] },
    });
  });
});

describe('other files', () => {
  it('are loaded relative to the file, and keep their own lines', async () => {
    mkdirSync(join(folder, 'conf.d'), { recursive: true });
    writeFileSync(join(folder, 'conf.d', 'more.py'), '\n\nc.JupyterHub.ip = "::1"\nload_subconfig("deeper.py")\n');
    writeFileSync(join(folder, 'conf.d', 'deeper.py'), 'c.JupyterHub.hub_port = 1\n');
    const settings = await settingsOf('c.JupyterHub.port = 1\nload_subconfig("conf.d/more.py")\n');
    expect(settings.map((setting) => [setting.key, setting.locate([])])).toEqual([
      ['JupyterHub.port', { file, line: 1 }],
      ['JupyterHub.ip', { file: join(folder, 'conf.d', 'more.py'), line: 3 }],
      ['JupyterHub.hub_port', { file: join(folder, 'conf.d', 'deeper.py'), line: 1 }],
    ]);
  });

  it('are missed with the place that wanted them', async () => {
    expect(await problemsOf('\nload_subconfig("nowhere.py")\n')).toMatchObject([
      { file, line: 2, message: expect.stringContaining('FileNotFoundError') as string },
    ]);
  });
});

describe('lines', () => {
  it('are those of the keys inside of long values', async () => {
    const text =
      'c.JupyterHub.services = [\n    {\n        "name": "a",\n        "comand": ["x"],\n    },\n    {"name": "b"},\n]\n';
    const [services] = await settingsOf(text);
    const lineOf = (...path: PropertyKey[]) => services?.locate(path).line;
    expect([lineOf(), lineOf(0), lineOf(0, 'name'), lineOf(0, 'comand'), lineOf(1), lineOf(1, 'other')]).toEqual([
      1, 2, 3, 4, 6, 6,
    ]);
  });

  it('are those of the last assignment', async () => {
    const [port] = await settingsOf('c.JupyterHub.port = 1\n\nc.JupyterHub.port = 2\n');
    expect(port?.locate([])).toEqual({ file, line: 3 });
  });
});

describe('code', () => {
  it.each([
    [
      'c.Spawner.environment = {"A": "1", "B": lambda spawner: "x"}',
      'Spawner.environment.B',
      'is a lambda, and Elara runs no Python; write the text that it would give, or in a JavaScript or TypeScript config: environment as (spawner) =>',
    ],
    [
      'def hook(spawner):\n    pass\nc.Spawner.pre_spawn_hook = hook',
      'Spawner.pre_spawn_hook',
      'is a function (hook), and Elara runs no Python; write in a JavaScript or TypeScript config: pre_spawn_hook as async (spawner, { signal }) => { … }; elara migrate-config begins one',
    ],
    [
      'class My: pass\nc.JupyterHub.spawner_class = My',
      'JupyterHub.spawner_class',
      "is a class (My), and Elara runs no Python; write its name: 'localprocess', 'simple', 'sudo' or 'systemd', or in a JavaScript or TypeScript config: spawner_class as class MySpawner",
    ],
    ['import os\nc.JupyterHub.template_vars = {"os": os}', 'JupyterHub.template_vars.os', 'is a module (os), and only data'],
    ['c.Spawner.args.append(print)', 'Spawner.args[0]', 'is a function (print)'],
    [
      'import datetime\nc.Spawner.start_timeout = datetime.timedelta(seconds=3)',
      'Spawner.start_timeout',
      'is an object of the class timedelta',
    ],
    ['c.Spawner.start_timeout = float("inf")', 'Spawner.start_timeout', 'is the number inf'],
    ['a = []\na.append(a)\nc.Spawner.args = a', 'Spawner.args[0]', 'is a value that contains itself'],
  ])('%j is no data', async (text, key, message) => {
    const [problem] = await problemsOf(`${text}\n`);
    expect(problem).toMatchObject({
      key,
      file,
      line: text.split('\n').length,
      message: expect.stringContaining(message) as string,
    });
  });

  it('is told all at once', async () => {
    expect(await problemsOf('c.Spawner.ip = print\nc.Spawner.cmd = open\n')).toHaveLength(2);
  });
});

describe('a file that cannot be run', () => {
  it.each([
    ['c.JupyterHub.port = \n', 1, 'SyntaxError: invalid syntax'],
    ['def f(:\n    pass\n', 1, 'SyntaxError'],
    ['x = 1\n  y = 2\n', 2, 'IndentationError'],
    ['\nimport nowhere_to_be_found\n', 2, "ModuleNotFoundError: No module named 'nowhere_to_be_found'"],
    ['import os\n\nc.JupyterHub.port = os.environ["NOT_SET_ANYWHERE"]\n', 3, 'NOT_SET_ANYWHERE'],
    ['def f():\n    raise ValueError("no good")\n\nf()\n', 2, 'ValueError: no good'],
    ['import json\njson.loads("{")\n', 2, 'JSONDecodeError'],
    ['import sys\nsys.exit("enough")\n', 2, 'SystemExit: enough'],
  ])('%j', async (text, line, message) => {
    expect(await problemsOf(text)).toMatchObject([{ file, line, message: expect.stringContaining(message) as string }]);
  });

  it('is reported when python3 ends early', async () => {
    expect(await problemsOf('import os\nos._exit(3)\n')).toMatchObject([
      { file, message: 'cannot be run: python3 ended with status 3 before the end of the file' },
    ]);
  });

  it('is ended when it takes too long', async () => {
    expect(await problemsOf('import time\ntime.sleep(600)\n', 300)).toMatchObject([
      { file, message: 'cannot be run: python3 was not finished after 0.3 seconds' },
    ]);
  });

  it('is explained when there is no python3', async () => {
    vi.stubEnv('PATH', folder);
    expect((await problemsOf('c.JupyterHub.port = 1\n'))[0]?.message).toContain('python3 is not installed');
  });
});

describe('a misspelt class', () => {
  it('is carried over, so that it can be told', async () => {
    expect(await read('c.jupyterhub.port = 1\nc.Spwaner.cmd = "x"\nc.port = 2\n')).toEqual([
      ['jupyterhub', { update: { port: 1 } }],
      ['Spwaner.cmd', 'x'],
      ['port', 2],
    ]);
  });
});
