import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hubConfigSchema } from '../config/schema.js';
import { describeSpawnCommand, resolveSpawnCommand } from './spawn-command.js';

let withJupyter: string;
beforeAll(async () => {
  withJupyter = await mkdtemp(join(tmpdir(), 'elara-path-'));
  await writeFile(join(withJupyter, 'jupyterhub-singleuser'), '#!/bin/sh\n');
  await chmod(join(withJupyter, 'jupyterhub-singleuser'), 0o755);
});
afterAll(() => rm(withJupyter, { recursive: true }));

const config = (cmd?: string[]) => hubConfigSchema.parse(cmd ? { LocalProcessSpawner: { cmd } } : {});

test('the default command is used where it is installed', () => {
  expect(resolveSpawnCommand(['jupyterhub-singleuser'], `/nowhere:${withJupyter}`)).toEqual({ cmd: ['jupyterhub-singleuser'], bundled: false });
  expect(describeSpawnCommand(config(), { PATH: withJupyter })).toContain("Jupyter's (jupyterhub-singleuser)");
});

test('else our own server stands in', () => {
  const { cmd, bundled } = resolveSpawnCommand(['jupyterhub-singleuser'], '/nowhere');
  expect(bundled).toBe(true);
  expect(cmd).toEqual([expect.stringMatching(/^\/.*\/bin\/elara-singleuser$/)]);
  expect(cmd[0]).not.toContain('apps/hub');
  expect(describeSpawnCommand(config(), {})).toContain('apt-get install jupyterhub');
});

test('a command of the config is left alone', () => {
  expect(resolveSpawnCommand(['my-server', '-x'], '/nowhere')).toEqual({ cmd: ['my-server', '-x'], bundled: false });
  expect(resolveSpawnCommand(['jupyterhub-singleuser', '--x'], '/nowhere').bundled).toBe(false);
  expect(describeSpawnCommand(config(['my-server', '-x']), {})).toBe('Servers will be started by Spawner.cmd: my-server -x');
});
