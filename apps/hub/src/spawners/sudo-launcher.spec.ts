import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ControlGroups, currentAccount } from '#process';
import { defaultConfig } from '../config/schema.js';
import { ResourceGroups } from './resource-groups.js';
import type { SpawnContext } from './spawn-context.js';
import type { SpawnError } from './spawn-error.js';
import { traitsOfClass } from './spawner-class.js';
import type { SpawnerTraits } from './spawner-traits.js';
import { SudoLauncher } from './sudo-launcher.js';
import { SudoMediator } from './sudo-mediator.js';

/** No process has this number: it is above the largest there can be. */
const NOBODY = 2 ** 22 + 1;

let folder: string;
beforeAll(() => Logger.overrideLogger(false));
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'elara-sudo-'))));
afterEach(() => rm(folder, { recursive: true }));

/** What sudo and helper answer to a spawn, and to a kill. */
const answers = ({ spawn, kill = '{"ok": true, "alive": false}' }: { spawn: string; kill?: string }) =>
  new SudoMediator(defaultConfig().SudoSpawner, ['/bin/sh', '-c', `case "$(cat)" in *spawn*) ${spawn};; *) echo '${kill}';; esac`]);

function launch(mediator: SudoMediator, { groups, ...traits }: Partial<SpawnerTraits> & { groups?: ResourceGroups } = {}) {
  const context: SpawnContext = {
    ...{ user: { id: 1, name: 'ann' }, server: '', logName: 'ann', argv: [], options: {}, logFile: join(folder, 'ann.log') },
    traits: { ...traitsOfClass(defaultConfig()), ...traits },
    environment: () => ({}),
  };
  const placement = { account: currentAccount(), cwd: '/', env: {} };
  return new SudoLauncher(mediator, groups).launch(context, placement, AbortSignal.timeout(10_000));
}

const says = (reply: object) => `echo '${JSON.stringify(reply)}'`;

describe('a server that is not started', () => {
  test.each([
    ['its program is not there', says({ ok: false, error: 'cannot run /x: [Errno 2] No such file or directory: /x' }), 'command-missing', /cannot run \/x/],
    ["its program is not there, as JupyterHub's helper says it", says({ ok: false, error: '[Errno 13] Permission denied: /x' }), 'command-missing', /Permission denied/],
    ["it ended at once, as JupyterHub's helper says it", says({ ok: false, error: 'Exited with status: 1' }), 'exited-early', /Exited with status: 1/],
    ['the helper forgets its process', says({ ok: true }), 'exited-early', /does not name its process/],
    ['sudo refuses', 'echo "sudo: no" >&2; exit 1', 'account', /ended with status 1/],
  ])('because %s', async (_why, spawn, code, detail) => {
    const failed = launch(answers({ spawn: `echo before >&2; ${spawn}` })).catch((error: SpawnError) => error);
    expect(await failed).toMatchObject({ code, detail: expect.stringMatching(detail) as string, log: expect.arrayContaining(['before']) as string[] });
  });

  test('because the hub cannot see it', async () => {
    const failed = launch(answers({ spawn: says({ ok: true, pid: NOBODY }), kill: '{"ok": true, "alive": true}' })).catch((error: SpawnError) => error);
    expect(await failed).toMatchObject({ code: 'account', hint: expect.stringContaining('hidepid') as string });
  });
});

test('a server that has ended before anybody could look is one that has ended', async () => {
  const child = await launch(answers({ spawn: says({ ok: true, pid: NOBODY }) }));
  expect(await child.exited).toEqual({ code: null, signal: null });
});

test('limits hold from sudo on', async () => {
  const parent = join(folder, 'cgroup');
  await mkdir(parent);
  await writeFile(join(parent, 'cgroup.controllers'), 'cpu memory');
  const groups = new ResourceGroups(async () => new ControlGroups(parent));
  await launch(answers({ spawn: says({ ok: true, pid: NOBODY }) }), { groups, mem_limit: 1 << 30 });
  const [group] = (await readdir(parent)).filter((name) => name.startsWith('elara-'));
  expect(await readFile(join(parent, group!, 'memory.max'), 'utf8')).toBe(String(1 << 30));
  expect(await readFile(join(parent, group!, 'cgroup.procs'), 'utf8')).toMatch(/^\d+\n$/);
});
