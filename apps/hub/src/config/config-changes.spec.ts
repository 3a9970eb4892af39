import { expect, test } from 'vitest';
import { applyChanges, configChanges } from './config-changes.js';
import { resolve } from './resolve.js';

type Traits = Record<string, Record<string, unknown>>;

function configOf(classes: Traits) {
  const settings = Object.entries(classes).flatMap(([className, traits]) =>
    Object.entries(traits).map(([trait, value]) => ({ className, trait, value, key: `${className}.${trait}`, locate: () => ({ file: 'x', line: 1 }) })),
  );
  return resolve(settings).config!;
}
const told = (before: Traits, after: Traits) =>
  configChanges(configOf(before), configOf(after))
    .filter(({ inherited }) => !inherited)
    .map(({ text, live }) => (live ? text : `${text} (restart)`));

const idle = { name: 'idle', command: ['cull'] };

test.each([
  [{}, {}, []],
  [{}, { JupyterHub: { concurrent_spawn_limit: 20 } }, ['JupyterHub.concurrent_spawn_limit: 100 → 20']],
  [{}, { JupyterHub: { base_url: '/hub2/' } }, ['JupyterHub.base_url: unset → "/hub2/" (restart)']],
  [{ JupyterHub: { services: [idle, { name: 'old' }] } }, { JupyterHub: { services: [{ ...idle, command: ['other'] }, { name: 'new' }] } }, ['JupyterHub.services: added new; changed idle; removed old']],
  [{ JupyterHub: { services: [idle] } }, { JupyterHub: { services: [{ ...idle, api_token: 'secret-secret' }] } }, ['JupyterHub.services: changed idle']],
  [{ Authenticator: { allowed_users: ['ada'] } }, { Authenticator: { allowed_users: ['ada', 'bob'] } }, ['Authenticator.allowed_users: added bob']],
  [{ Spawner: { cpu_limit: 2 } }, {}, ['Spawner.cpu_limit: 2 → null']],
  [{}, { Spawner: { environment: { A: '1' } } }, ['Spawner.environment: added A']],
  [{ JupyterHub: { load_groups: { a: { users: [] } } } }, { JupyterHub: { load_groups: { a: { users: ['ada'] } } } }, ['JupyterHub.load_groups: changed a']],
  [{ Authenticator: { allowed_users: ['ada', 'bob'] } }, { Authenticator: { allowed_users: ['bob', 'ada'] } }, ['Authenticator.allowed_users: another order']],
] as [Traits, Traits, string[]][])('%j and then %j', (before, after, expected) => expect(told(before, after)).toEqual(expected));

test('a function that reads as it did is taken over without a word', () => {
  const made = (text: string, extra = 1) => configOf({ JupyterHub: { default_url: () => text + extra }, Spawner: { pre_spawn_hook: text === 'a' ? () => void extra : () => void text, environment: { A: () => text } } });
  const changes = configChanges(made('a'), made('a', 2)).filter(({ inherited }) => !inherited);
  expect(changes.map(({ trait, live, quiet }) => [trait, live, quiet])).toEqual([['default_url', true, true], ['environment', true, true], ['pre_spawn_hook', true, true]]);
  const others = configChanges(made('a'), made('b')).filter(({ inherited, quiet }) => !inherited && !quiet);
  expect(others.map(({ text }) => text)).toEqual(['Spawner.pre_spawn_hook: changed']);
});

test('no secret is told', () => {
  const text = JSON.stringify([
    told({ DummyAuthenticator: { password: 'first-secret' } }, { DummyAuthenticator: { password: 'second-secret' } }),
    told({}, { JupyterHub: { api_tokens: { 'token-secret-1': 'ada' } } }),
    told({ JupyterHub: { db_url: 'postgresql://hub:db-secret@db/hub' } }, { JupyterHub: { db_url: 'postgresql://hub:other-secret@db/hub' } }),
  ]);
  expect(text).toMatch(/password.*changed.*api_tokens.*db_url.*changed/);
  expect(text).not.toContain('secret-');
  expect(text).not.toContain('-secret');
});

test('an inherited trait changes in every class that has it, also for those who hold a class', () => {
  const config = configOf({ SimpleLocalProcessSpawner: { cmd: ['simple'] } });
  const { LocalProcessSpawner: held } = config;
  const changes = configChanges(config, configOf({ Spawner: { mem_limit: '1G' }, SimpleLocalProcessSpawner: { cmd: ['simple'] } }));
  expect(changes.map(({ className, trait, inherited }) => [className, trait, inherited])).toEqual([
    ['Spawner', 'mem_limit', false],
    ['LocalProcessSpawner', 'mem_limit', true],
    ['SimpleLocalProcessSpawner', 'mem_limit', true],
    ['SudoSpawner', 'mem_limit', true],
    ['SystemdSpawner', 'mem_limit', true],
  ]);
  const undo = applyChanges(config, changes);
  expect(held.mem_limit).toBe(2 ** 30);
  undo();
  expect(config).toEqual(configOf({ SimpleLocalProcessSpawner: { cmd: ['simple'] } }));
});
