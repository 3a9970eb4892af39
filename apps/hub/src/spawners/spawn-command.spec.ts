import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hubConfigSchema } from '../config/schema.js';
import { describeSpawnCommand, resolveSpawnCommand, searchPath } from './spawn-command.js';
import { traitsOfClass } from './spawner-class.js';

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

test('a helper that sudo runs has a command of its own', () => {
  const sudo = hubConfigSchema.parse({ JupyterHub: { spawner_class: 'sudo' }, SudoSpawner: { sudospawner_path: '/opt/helper', cmd: ['my-server'] } });
  expect(describeSpawnCommand(sudo, {})).toBe('Servers will be what /opt/helper starts, whatever Spawner.cmd says');
});

test('a command is looked for in extra_paths first', () => {
  const systemd = hubConfigSchema.parse({ JupyterHub: { spawner_class: 'systemd' }, SystemdSpawner: { extra_paths: [withJupyter] } });
  expect(describeSpawnCommand(systemd, { PATH: '/nowhere' })).toContain("Jupyter's (jupyterhub-singleuser)");
  expect(searchPath(traitsOfClass(systemd), '/bin')).toBe(`${withJupyter}:/bin`);
  expect(searchPath({ extra_paths: ['/a'], environment: { PATH: '/b' } }, '/bin')).toBe('/a:/b');
});

test.each([
  ['localprocess', 3],
  ['simple', 4],
  ['sudo', 5],
  ['systemd', 6],
])('the traits of %s are those of its class', (spawner_class, http_timeout) => {
  const classes = { LocalProcessSpawner: { http_timeout: 3 }, SimpleLocalProcessSpawner: { http_timeout: 4 }, SudoSpawner: { http_timeout: 5 }, SystemdSpawner: { http_timeout: 6 } };
  expect(traitsOfClass(hubConfigSchema.parse({ JupyterHub: { spawner_class }, ...classes })).http_timeout).toBe(http_timeout);
});
