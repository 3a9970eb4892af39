import { describe, expect, test } from 'vitest';
import { defaultConfig, hubConfigSchema } from '../config/schema.js';
import type { GroupOverride } from '../config/hooks/values.js';
import { InvalidInputError } from '../errors.js';
import { resolveTraits, type SpawnerTraits } from './spawner-traits.js';
import { traitsOfClass } from './spawner-class.js';

const defaults = traitsOfClass(defaultConfig());
const resolve = (config: Partial<SpawnerTraits>, { options = {}, groups = [] as string[] } = {}) =>
  resolveTraits({ base: { ...defaults, ...config }, groups, overrides: (config.group_overrides ?? {}) as Record<string, GroupOverride>, options });

describe('user options', () => {
  const mapping = { landing: 'default_url', flags: 'args', memory: 'mem_limit', cpus: 'cpu_limit', debugging: 'debug', missing: 'no_such_trait' };

  test.each([
    [{ landing: '/rstudio' }, { default_url: '/rstudio' }],
    [{ flags: ['--one', '--two=2'] }, { args: ['--one', '--two=2'] }],
    [{ flags: '["--one"]' }, { args: ['--one'] }],
    [{ flags: '--one' }, { args: ['--one'] }],
    [{ memory: '256M' }, { mem_limit: 268_435_456 }],
    [{ memory: 1024 }, { mem_limit: 1024 }],
    [{ memory: '1024' }, { mem_limit: 1024 }],
    [{ memory: '' }, { mem_limit: null }],
    [{ cpus: '1.5' }, { cpu_limit: 1.5 }],
    [{ debugging: 'True' }, { debug: true }],
    [{ debugging: false }, { debug: false }],
  ])('%j gives %j', (options, expected) => expect(resolve({ apply_user_options: mapping }, { options }).traits).toMatchObject(expected));

  test.each([{ memory: '3X' }, { memory: -1 }, { flags: 5 }, { debugging: 'perhaps' }, { landing: { a: 1 } }])('%j is refused', (options) => {
    expect(() => resolve({ apply_user_options: mapping }, { options })).toThrow(InvalidInputError);
  });

  test('what has no effect is noted', () => {
    const { notes } = resolve({ apply_user_options: mapping }, { options: { missing: 1, ignored: 'yes', constructor: 1 } });
    expect(notes).toEqual([
      'user option missing has no effect: no trait is called no_such_trait',
      'user option ignored has no effect: it is not in Spawner.apply_user_options',
      'user option constructor has no effect: it is not in Spawner.apply_user_options',
    ]);
    expect(resolve({}, { options: { a: 1 } }).notes).toHaveLength(1);
    expect(resolveTraits({ base: defaults, groups: [], overrides: {}, options: { a: 1 }, areRead: true }).notes).toEqual([]);
  });
});

describe('group overrides', () => {
  const group_overrides = {
    '02-beta': { groups: ['beta'], spawner_override: { environment: { TEAM: 'beta', BETA: '1' }, default_url: '/tree' } },
    '01-alpha': { groups: ['alpha', 'gamma'], spawner_override: { environment: { TEAM: 'alpha', KEPT: null }, mem_limit: '1G' } },
  };
  const config = { environment: { KEPT: 'yes', OWN: 'x' }, group_overrides };

  test('are for members only', () => expect(resolve(config).traits).toMatchObject({ environment: { KEPT: 'yes', OWN: 'x' }, mem_limit: null }));
  test('merge mappings, and null takes a key away', () => {
    const { traits } = resolve(config, { groups: ['gamma'] });
    expect(traits.environment).toEqual({ OWN: 'x', TEAM: 'alpha' });
    expect(traits.mem_limit).toBe(1024 ** 3);
  });
  test('apply in the order of their keys', () => {
    const { traits } = resolve(config, { groups: ['beta', 'alpha'] });
    expect(traits.environment).toEqual({ OWN: 'x', TEAM: 'beta', BETA: '1' });
    expect(traits.default_url).toBe('/tree');
  });
  test('that do not fit their trait say where they stand', () => {
    const wrong = { x: { groups: ['g'], spawner_override: { mem_limit: 'much' } } };
    expect(() => resolve({ group_overrides: wrong }, { groups: ['g'] })).toThrow('cannot use Spawner.group_overrides.x.mem_limit');
  });
  test('leave the config as it was', () => {
    resolve(config, { groups: ['alpha', 'beta'] });
    expect(config.environment).toEqual({ KEPT: 'yes', OWN: 'x' });
  });
});

describe('profiles', () => {
  const profile_list = hubConfigSchema.parse({
    Spawner: {
      profile_list: [
        { display_name: 'Small one', spawner_override: { mem_limit: '1G' } },
        {
          display_name: 'Big',
          slug: 'large',
          default: true,
          kubespawner_override: { mem_limit: '8G', environment: { SIZE: 'big', KEEP: null } },
          profile_options: {
            start: { display_name: 'Start with', choices: { lab: { display_name: 'Lab', spawner_override: { default_url: '/lab' } }, tree: { display_name: 'Tree', default: true, spawner_override: { default_url: '/tree' } } } },
          },
        },
      ],
    },
  }).Spawner.profile_list;
  const choose = (options: Record<string, unknown>) => resolve({ profile_list, environment: { KEEP: '1', OWN: '2' }, apply_user_options: { cpus: 'cpu_limit' } }, { options });

  test.each([
    [{}, { mem_limit: 8 * 2 ** 30, default_url: '/tree', environment: { SIZE: 'big', OWN: '2' } }],
    [{ profile: 'large', start: 'lab', cpus: 2 }, { mem_limit: 8 * 2 ** 30, default_url: '/lab', cpu_limit: 2 }],
    [{ profile: 'small-one' }, { mem_limit: 2 ** 30, default_url: '', environment: { KEEP: '1', OWN: '2' } }],
  ])('%j gives %j', (options, expected) => {
    const { traits, notes } = choose(options);
    expect(traits).toMatchObject(expected);
    expect(notes).toEqual([]);
  });

  test.each([{ profile: 'huge' }, { profile: ['large'] }, { profile: 'large', start: 'none' }, { start: 'constructor' }])('%j is refused', (options) => {
    expect(() => choose(options)).toThrow(InvalidInputError);
  });

  test('null in an override takes a key away', () => expect(choose({}).traits.environment).toEqual({ SIZE: 'big', OWN: '2' }));

  test('an option of another profile has no effect', () => expect(choose({ profile: 'small-one', start: 'lab' }).notes).toHaveLength(1));

  test('a group can have its own', () => {
    const group_overrides = { gpu: { groups: ['gpu'], spawner_override: { profile_list: [{ display_name: 'With a GPU', spawner_override: { args: ['--gpu'] } }] } } };
    expect(resolve({ profile_list, group_overrides }, { groups: ['gpu'] }).traits).toMatchObject({ args: ['--gpu'], mem_limit: null });
  });

  test.each([
    ['an unknown key', [{ display_name: 'A', spawner_override: { image: 'x' } }]],
    ['no name', [{ slug: 'a' }]],
    ['the same slug twice', [{ display_name: 'A b' }, { display_name: 'a B' }]],
    ['an option without choices', [{ display_name: 'A', profile_options: { x: { display_name: 'X', choices: {} } } }]],
  ])('with %s are refused by the config', (_what, written) => expect(hubConfigSchema.safeParse({ Spawner: { profile_list: written } }).success).toBe(false));
});
