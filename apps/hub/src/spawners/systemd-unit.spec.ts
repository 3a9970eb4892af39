import { describe, expect, test } from 'vitest';
import { hubConfigSchema } from '../config/schema.js';
import { traitsOfClass } from './spawner-class.js';
import type { SpawnError } from './spawn-error.js';
import { dynamicHome, expand, isUnitName, runArguments, stopTimeout, type Unit, unitName, unitProperties } from './systemd-unit.js';

const traits = (own: object = {}) => traitsOfClass(hubConfigSchema.parse({ JupyterHub: { spawner_class: 'systemd' }, SystemdSpawner: own }));
const TEMPLATE = traits().unit_name_template;
const ann = { id: 7, name: 'ann' };

test('names and ids are filled in, and nothing else', () => {
  expect(expand('/srv/{USERNAME}/{USERID} {"a": {}} {username}', ann)).toBe('/srv/ann/7 {"a": {}} {username}');
});

describe('the name of a unit', () => {
  test.each([
    ['ann', '', 'jupyter-ann-singleuser'],
    ['ann.lee_2', '', 'jupyter-ann.lee_2-singleuser'],
    ['ann', 'lab', 'jupyter-ann-singleuser@lab-'],
    ['ann', 'a lab', 'jupyter-ann-singleuser@a_lab-'],
    ['ann@example.org', '', 'jupyter-ann_example.org-singleuser@'],
    ['änn', 'ü', 'jupyter-_nn-singleuser@_-'],
    ['-ann', '', 'jupyter--ann-singleuser@'],
    ['a'.repeat(255), 'b'.repeat(255), `jupyter-${'a'.repeat(64)}-singleuser@${'b'.repeat(64)}-`],
  ])('of %s and the server %j begins with %s', (name, server, beginning) => {
    const unit = unitName(TEMPLATE, { id: 7, name }, server);
    expect(isUnitName(unit)).toBe(true);
    const ending = unit.slice(beginning.length);
    expect(unit.startsWith(beginning) && (ending === '' || /^[0-9a-f]{20}$/.test(ending)), unit).toBe(true);
  });

  test('is no other server’s', () => {
    const names = ['ann', 'ann@lab', 'ann_lab', 'ann-singleuser@lab', 'ann lab', 'ann.lab', 'Ann'];
    const units = names.flatMap((name) => ['', 'lab', 'la b', 'la_b', '-', '@'].map((server) => unitName(TEMPLATE, { id: 1, name }, server)));
    expect(new Set(units).size).toBe(units.length);
  });

  test('can be made of the id', () => expect(unitName('jupyter-{USERID}', ann, '')).toBe('jupyter-7'));

  test('is refused when systemd would', () => {
    const error = (() => {
      try {
        return unitName('my unit {USERNAME}', ann, '');
      } catch (thrown) {
        return thrown as SpawnError;
      }
    })();
    expect(error).toMatchObject({ code: 'internal', hint: expect.stringContaining('unit_name_template') as string });
    for (const name of ['', '-x', '--now', '.x', 'a b', 'a/b', 'a\\b', 'a\nb', 'a'.repeat(300), 7, undefined, null]) expect(isUnitName(name), String(name)).toBe(false);
  });
});

const DEFAULTS = {
  Type: 'exec',
  TimeoutStopSec: '30',
  OOMPolicy: 'continue',
  RuntimeDirectory: 'u',
  RuntimeDirectoryMode: '700',
  RuntimeDirectoryPreserve: 'restart',
  StandardOutput: 'append:/log/ann.log',
  StandardError: 'inherit',
  NoNewPrivileges: 'yes',
};

describe('the properties of a unit', () => {
  const properties = (own: object, person = ann) => unitProperties(traits(own), 'u', person, '/log/ann.log');

  test('by default', () => expect(properties({})).toEqual(DEFAULTS));

  test.each([
    [{ mem_limit: '1G' }, { MemoryAccounting: 'yes', MemoryMax: '1073741824' }],
    [{ cpu_limit: 1.5 }, { CPUAccounting: 'yes', CPUQuota: '150%' }],
    [{ cpu_limit: 0.001 }, { CPUAccounting: 'yes', CPUQuota: '1%' }],
    [{ isolate_tmp: true, isolate_devices: true }, { PrivateTmp: 'yes', PrivateDevices: 'yes' }],
    [{ readonly_paths: ['/', '/with space/"x"'], readwrite_paths: ['/home/{USERNAME}'] }, { ReadOnlyPaths: ['/', '"/with space/\\"x\\""'], ReadWritePaths: ['/home/ann'] }],
    [{ dynamic_users: true }, { DynamicUser: 'yes', StateDirectory: 'ann' }],
    [{ unit_extra_properties: { OOMPolicy: 'kill', TasksMax: 100, PrivateMounts: false, BindPaths: ['/a/{USERID}', '/b'] } }, { OOMPolicy: 'kill', TasksMax: '100', PrivateMounts: 'no', BindPaths: ['/a/7', '/b'] }],
  ])('of %j', (own, expected) => expect(properties(own)).toEqual({ ...DEFAULTS, ...expected }));

  test('without disable_user_sudo', () => expect(properties({ disable_user_sudo: false })).not.toHaveProperty('NoNewPrivileges'));

  test('give nobody the home of another', () => {
    const homes = ['a@b', 'a_b', 'a b', 'a.b', 'a_b@'].map((name) => dynamicHome({ id: 1, name }));
    expect(new Set(homes).size).toBe(homes.length);
    expect(homes[1]).toBe('/var/lib/a_b');
    expect(properties({ dynamic_users: true }, { id: 1, name: 'a@b' }).StateDirectory).toBe(homes[0]!.slice('/var/lib/'.length));
  });
});

describe('what systemd-run is told', () => {
  const unit: Unit = { name: 'u', account: { uid: 1000, gid: 100 }, cwd: '/home/ann', slice: null, properties: { A: '1', B: ['2', '3'] }, command: ['/bin/server', '--ip=$HOME', '100%', "it's"] };

  test('is a unit with its variables in a file', () => {
    expect(runArguments(unit, '/run/elara/u.env')).toEqual([
      ...['--quiet', '--no-ask-password', '--unit=u', '--working-directory=/home/ann', '--uid=1000', '--gid=100'],
      ...['--property=A=1', '--property=B=2', '--property=B=3', '--property=EnvironmentFile=/run/elara/u.env'],
      ...['--', '/bin/server', '--ip=$$HOME', '100%', "it's"],
    ]);
  });

  test('may have a slice, and no account', () => {
    const args = runArguments({ ...unit, account: undefined, slice: 'people.slice' }, '/run/elara/u.env');
    expect(args).toContain('--slice=people.slice');
    expect(args.filter((arg) => /^--[ug]id/.test(arg))).toEqual([]);
  });
});

test.each([
  [{}, 30],
  [{ TimeoutStopSec: '5' }, 5],
  [{ TimeoutStopSec: '2min' }, 30],
])('systemd waits for %j: %d seconds', (unit_extra_properties, seconds) => expect(stopTimeout({ unit_extra_properties })).toBe(seconds));
