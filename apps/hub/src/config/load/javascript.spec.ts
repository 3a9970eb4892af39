import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { ConfigError } from '../config-error.js';
import { masked } from '../masked.js';
import { resolve } from '../resolve.js';
import { readJavaScript } from './javascript.js';

const folder = mkdtempSync(join(tmpdir(), 'elara-javascript-'));
afterAll(() => rmSync(folder, { recursive: true }));

function load(text: string, name = 'elara.config.mjs', timeoutMs = 20_000) {
  // Node loads a module once
  const file = join(mkdtempSync(join(folder, 'load-')), name);
  writeFileSync(file, text);
  return readJavaScript(file, text, { timeoutMs });
}

const read = async (text: string, name?: string) => (await load(text, name)).map(({ key, value }) => [key, value]);

async function problemsOf(text: string, timeoutMs?: number) {
  const error: unknown = await load(text, 'elara.config.mjs', timeoutMs).catch((thrown: unknown) => thrown);
  return (error as ConfigError).problems;
}

describe('readJavaScript', () => {
  it.each([
    ['elara.config.mjs', 'export default { JupyterHub: { port: 8000 } };'],
    ['elara.config.cjs', 'module.exports = { JupyterHub: { port: 8000 } };'],
    ['elara.config.js', 'export default () => ({ JupyterHub: { port: 4000 * 2 } });'],
    ['elara.config.ts', 'const port: number = 8000;\nexport default async (): Promise<object> => ({ JupyterHub: { port } });'],
  ])('reads %s', async (name, text) => expect(await read(text, name)).toEqual([['JupyterHub.port', 8000]]));

  it('takes sets for lists, maps for mappings, and leaves out what is undefined', async () => {
    const text =
      'export default { Authenticator: { admin_users: new Set(["a"]), username_map: new Map([["x", "y"]]), allow_all: undefined } };';
    expect(await read(text)).toEqual([
      ['Authenticator.admin_users', ['a']],
      ['Authenticator.username_map', { x: 'y' }],
    ]);
  });

  it('finds the lines of keys', async () => {
    const [services] = await load(
      'export default {\n  JupyterHub: {\n    services: [\n      {\n        name: "a",\n        "comand": ["x"],\n      },\n    ],\n  },\n};\n',
    );
    expect([services?.locate([]).line, services?.locate([0, 'name']).line, services?.locate([0, 'comand']).line]).toEqual([
      3, 5, 6,
    ]);
  });

  it('refuses code', async () => {
    const text =
      'export default {\n  Spawner: {\n    start_timeout: () => 1,\n    environment: { A: class X {} },\n    args: [/x/],\n  },\n};\n';
    expect(await problemsOf(text)).toMatchObject([
      {
        line: 3,
        key: 'Spawner.start_timeout',
        message: expect.stringContaining('is a function, and only data can be used here') as string,
      },
      { line: 4, key: 'Spawner.environment.A', message: expect.stringContaining('is a class') as string },
      { line: 5, key: 'Spawner.args[0]', message: expect.stringContaining('is a RegExp') as string },
    ]);
  });

  it('takes functions where a trait can be one', async () => {
    const settings = await load('export default { Spawner: { options_form: () => "form", options_from_form: async (fields) => fields }, LocalProcessSpawner: { options_form: () => "own" } };');
    expect(settings.map(({ value }) => typeof value)).toEqual(['function', 'function', 'function']);
    const { config, problems } = resolve(settings);
    expect([problems, masked(config!).Spawner!.options_form]).toEqual([[], '[function]']);
  });

  it('takes them inside of values too, and a class where one can be', async () => {
    const settings = await load(`export default {
      JupyterHub: { spawner_class: class My { static section = 'SimpleLocalProcessSpawner'; }, template_vars: { a: () => 1, b: 2 } },
      Spawner: {
        environment: { A: () => 'a', B: 'b' },
        group_overrides: { x: { groups: ['g'], spawner_override: { mem_limit: () => '1G' } } },
      },
    };`);
    const { config, problems } = resolve(settings);
    expect(problems).toEqual([]);
    expect([config!.JupyterHub.spawner_class, config!.Spawner.environment.A].map((value) => typeof value)).toEqual(['function', 'function']);
    expect(masked(config!)).toMatchObject({ JupyterHub: { spawner_class: '[class My]', template_vars: { a: '[function]', b: 2 } }, Spawner: { environment: { A: '[function]', B: 'b' } } });
  });

  it.each([
    ['Spawner: { pre_spawn_hook: class X {} }', 'Spawner.pre_spawn_hook', 'is a class'],
    ['Spawner: { profile_list: [{ display_name: () => "x" }] }', 'Spawner.profile_list[0].display_name', 'is a function'],
    ['JupyterHub: { load_groups: { a: { properties: { x: () => 1 } } } }', 'JupyterHub.load_groups.a.properties.x', 'is a function'],
    ['JupyterHub: { services: [{ name: "a", command: () => 1 }] }', 'JupyterHub.services[0].command', 'is a function'],
  ])('refuses code that nothing calls: %s', async (text, key, message) => {
    expect(await problemsOf(`export default { ${text} };`)).toMatchObject([{ key, message: expect.stringContaining(message) as string }]);
  });

  it.each(['Nowhere: { constructor: () => 1 }', 'Spawner: { prespawn_hook: () => 1 }'])('leaves it to others to tell of names that there are not: %s', async (text) => {
    expect((await load(`export default { ${text} };`)).map(({ value }) => typeof value)).toEqual(['function']);
  });

  it('refuses a value that contains itself', async () => {
    const [problem] = await problemsOf('const a = {}; a.a = a; export default { JupyterHub: { template_vars: a } };');
    expect(problem?.message).toContain('is an object that contains itself');
  });

  it('says where the file throws', async () => {
    expect(await problemsOf('\nthrow new Error("no good");\n')).toMatchObject([
      { line: 2, message: 'cannot be loaded: no good' },
    ]);
  });

  it('says what is wrong with its syntax', async () => {
    expect((await problemsOf('export default {\n  a: ,\n};\n'))[0]?.message).toContain('cannot be loaded: ');
  });

  it.each(['export default 3;', 'export default [];'])('wants a default export: %s', async (text) => {
    expect((await problemsOf(text))[0]?.message).toContain('expected a');
  });

  it('does not wait for ever', async () => {
    expect(await problemsOf('export default () => new Promise(() => {});', 50)).toMatchObject([
      { message: 'cannot be loaded: not finished after 0.05 seconds' },
    ]);
  });
});
