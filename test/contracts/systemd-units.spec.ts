import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hubConfigSchema } from '../../apps/hub/src/config/schema.js';
import { traitsOfClass } from '../../apps/hub/src/spawners/spawner-class.js';
import { environmentText } from '../../apps/hub/src/spawners/systemd-environment.js';
import { runArguments, unitName, unitProperties } from '../../apps/hub/src/spawners/systemd-unit.js';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(path.join(tmpdir(), 'elara-units-'))));
afterAll(() => rmSync(folder, { recursive: true }));

const ANN = { id: 7, name: 'ann@example.org' };

/** The unit file that says what systemd-run is told; in a file, % has a meaning of its own. */
function unitFile(SystemdSpawner: object): string {
  const traits = traitsOfClass(hubConfigSchema.parse({ JupyterHub: { spawner_class: 'systemd' }, SystemdSpawner }));
  const name = unitName(traits.unit_name_template, ANN, 'lab');
  const properties = unitProperties(traits, name, ANN, '/var/log/elara/servers/ann%40x.log');
  const args = runArguments({ name, account: { uid: 0, gid: 0 }, cwd: '/tmp', slice: traits.slice, properties, command: ['/bin/sh', '-c', 'echo 100% $HOME'] }, '/run/elara/u.env');
  const [options, command] = [args.slice(0, args.indexOf('--')), args.slice(args.indexOf('--') + 1)];
  const inFile: Record<string, string> = { '--uid': 'User', '--gid': 'Group', '--slice': 'Slice', '--working-directory': 'WorkingDirectory' };
  const lines = options.flatMap((option) => {
    const [flag, value] = [option.slice(0, option.indexOf('=')), option.slice(option.indexOf('=') + 1)];
    if (flag === '--property') return [value];
    return inFile[flag] ? [`${inFile[flag]}=${value}`] : [];
  });
  const exec = command.map((word) => JSON.stringify(word)).join(' ');
  const file = path.join(folder, `${name}.service`);
  writeFileSync(file, `[Service]\n${[...lines, `ExecStart=${exec}`].map((line) => (/^CPUQuota=/.test(line) ? line : line.replaceAll('%', '%%'))).join('\n')}\n`);
  return file;
}

function verify(SystemdSpawner: object) {
  const { status, stderr, error } = spawnSync('systemd-analyze', ['verify', unitFile(SystemdSpawner)], { encoding: 'utf8', timeout: 60_000 });
  if (error) throw error;
  return { status, stderr };
}

describe('systemd understands all properties of a unit', () => {
  const all = {
    ...{ mem_limit: '2G', cpu_limit: 0.5, isolate_tmp: true, isolate_devices: true, disable_user_sudo: true, slice: 'people.slice' },
    ...{ readonly_paths: ['/', '/with space'], readwrite_paths: ['/home/{USERNAME}'], unit_extra_properties: { TasksMax: 100, PrivateMounts: true, LimitNOFILE: '4096', BindPaths: ['/tmp:/mnt', '/opt'] } },
  };
  test.each([
    ['by default', {}],
    ['with all that there is', all],
    ['with accounts of its own', { dynamic_users: true }],
  ])('%s', (_when, traits) => expect(verify(traits)).toEqual({ status: 0, stderr: '' }));

  test('and would say if it did not', () => {
    expect(verify({ unit_extra_properties: { MemoryMacks: '1G' } }).stderr).toContain('MemoryMacks');
  });
});

test('systemd reads the variables as they were written', () => {
  const environment = { A: `it's "so" \\n \\\\ ü`, B: 'two\nlines\tand a tab ', C: '# no comment; x = y', D: "'", E: ' a  b ', F: '%h `id` \\' };
  mkdirSync(path.join(folder, 'environment.d'));
  writeFileSync(path.join(folder, 'environment.d', '10.conf'), environmentText(environment));
  // the part of systemd that reads such files and runs without it; of `$` it makes something that EnvironmentFile= does not
  const generator = '/usr/lib/systemd/user-environment-generators/30-systemd-environment-d-generator';
  const { stdout, stderr } = spawnSync(generator, { encoding: 'utf8', env: { XDG_CONFIG_HOME: folder } });
  expect(stderr).toBe('');
  const read = [...stdout.matchAll(/^([A-F])=(.*)$/gm)].map(([, name, value]) => [name, value]);
  const expected = Object.entries(environment).map(([name, value]) => [name, shown(value)]);
  expect(read).toEqual(expected);
});

/** How the generator prints a value. */
const shown = (value: string) => (/^\w+$/.test(value) ? value : `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('`', '\\`').replaceAll('\n', '\\n').replaceAll('\t', '\\t')}"`);
