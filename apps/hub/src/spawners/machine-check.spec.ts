import { describe, expect, test } from 'vitest';
import { hubConfigSchema } from '../config/schema.js';
import { type Machine, shortcomings, shortcomingsOf } from './machine-check.js';

const config = (spawner_class: string, SudoSpawner = {}) => hubConfigSchema.parse({ JupyterHub: { spawner_class }, SudoSpawner });
const full: Machine = { account: 'root', isRoot: true, runsSystemd: true, systemdVersion: 252, hasSudo: true, hasHelper: true };
const ordinary = { account: 'elara', isRoot: false };

describe('a machine that has what it takes', () => {
  test.each(['localprocess', 'simple', 'sudo', 'systemd'])('for %s', (name) => expect(shortcomingsOf(config(name), full)).toEqual([]));
  test('is little for simple', () => expect(shortcomingsOf(config('simple'), { ...full, ...ordinary, runsSystemd: false, hasSudo: false })).toEqual([]));
  test('has sudo when the hub is not root', () => expect(shortcomingsOf(config('sudo'), { ...full, ...ordinary })).toEqual([]));
});

describe('what is lacking', () => {
  test.each<[string, Partial<Machine>, boolean, RegExp]>([
    ['localprocess', ordinary, false, /^LocalProcessSpawner can start servers for elara only, because the hub runs as elara: .*root.*spawner_class: sudo.*spawner_class: simple/],
    ['sudo', { hasSudo: false }, true, /^cannot use SudoSpawner: because sudo is not on PATH/],
    ['sudo', { hasHelper: false }, true, /^cannot use SudoSpawner: because there is no program \/opt\/x\/sudospawner/],
    ['systemd', { runsSystemd: false }, true, /^cannot use SystemdSpawner: because this machine was not booted with systemd/],
    ['systemd', { systemdVersion: 239 }, true, /^cannot use SystemdSpawner: because it takes systemd 243, and this is 239/],
    ['systemd', { systemdVersion: 0 }, true, /and this is none/],
    ['systemd', ordinary, true, /^cannot use SystemdSpawner: because the hub runs as elara, and only root/],
  ])('for %s with %j', (name, machine, fatal, message) => {
    expect(shortcomingsOf(config(name, { sudospawner_path: '/opt/x/sudospawner' }), { ...full, ...machine })).toEqual([{ fatal, message: expect.stringMatching(message) as string }]);
  });
});

test('this machine can be looked at', async () => {
  expect(await shortcomings(config('simple'))).toEqual([]);
  expect(await shortcomings(config('sudo', { sudospawner_path: '/no/such/helper' }))).toMatchObject([{ fatal: true }]);
});
