import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type * as Declared from 'elara/config';
import { afterAll, describe, expect, test } from 'vitest';
import * as api from './config-api.js';
import { loadConfig } from './config/load-config.js';
import { typesText } from './config/types-text.js';
import { InvalidInputError } from './errors.js';
import { LocalProcessSpawner } from './spawners/local-process-spawner.js';
import { createSpawner } from './spawners/create-spawner.js';
import { traitsOfClass } from './spawners/spawner-class.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
// somewhere else, as an operator's config is
const folder = mkdtempSync(path.join(tmpdir(), 'elara-own-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

const CONFIG = `
import { defineConfig, InvalidInputError, SimpleLocalProcessSpawner, SpawnError } from 'elara/config';
import type { Authenticator, ElaraConfig, HookSpawner, SpawnContext } from 'elara/config';

class QuietSpawner extends SimpleLocalProcessSpawner {
  optionsForm({ user }: HookSpawner): string {
    return user.groups.some(({ name }) => name === 'art') ? '<input name="n">' : '';
  }
  override start(context: SpawnContext, signal: AbortSignal) {
    if (context.options.n === '0') throw new SpawnError('options', 'None is too few');
    return super.start({ ...context, argv: [...context.argv, '--quiet'] }, signal);
  }
}

class Everybody implements Authenticator {
  readonly hasForm = true;
  async authenticate({ username }: { username: string }) {
    return { name: username };
  }
  warnings() {
    return [];
  }
}

const hub: ElaraConfig['JupyterHub'] = { spawner_class: QuietSpawner, authenticator_class: Everybody, template_vars: { motto: (user) => user?.name } };

export default defineConfig({
  JupyterHub: hub,
  Authenticator: { admin_users: new Set(['ada']) },
  Spawner: {
    mem_limit: '1G',
    environment: { COUNT: 3, OWNER: (spawner) => spawner.user.name },
    pre_spawn_hook: async (spawner, { signal }) => {
      signal.throwIfAborted();
      if (!spawner.user.admin) throw new InvalidInputError('Not today');
      spawner.environment.PATH = '/bin';
    },
    group_overrides: { a: { groups: ['art'], spawner_override: { cpu_limit: (spawner) => spawner.user.groups.length } } },
  },
  SimpleLocalProcessSpawner: { home_dir_template: '/srv/{username}' },
});
`;

const WRONG = `import { defineConfig } from 'elara/config';
export const key = defineConfig({ JupyterHub: { prot: 8000 } });
export const kind = defineConfig({ Spawner: { start_timeout: 'soon' } });
export const attribute = defineConfig({ Spawner: { pre_spawn_hook: (spawner) => void spawner.user.email } });
export const nothing = defineConfig({ Spawner: { options_form: () => undefined } });
export const right = defineConfig(async () => ({ JupyterHub: { port: 8000 } }));
`;

writeFileSync(path.join(folder, 'elara.ts'), CONFIG);

/** What an editor says that is strict and has been told where elara/config is. */
function typeErrors(): string {
  const strict = { strict: true, noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true, verbatimModuleSyntax: true, noImplicitOverride: true, noUnusedLocals: true, noUnusedParameters: true };
  const paths = { 'elara/config': [path.join(root, 'config', 'elara.d.ts')] };
  const compilerOptions = { ...strict, noEmit: true, skipLibCheck: true, module: 'nodenext', target: 'es2023', types: [], paths };
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(path.join(folder, 'wrong.ts'), WRONG);
  const { stdout } = spawnSync(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], { encoding: 'utf8', cwd: folder });
  return stdout;
}

describe('a TypeScript config that is elsewhere', () => {
  test('imports elara/config, and its classes are those of the hub', async () => {
    const file = path.join(folder, 'elara.ts');
    const { config, warnings } = await loadConfig({ file, api: async () => api });
    expect(warnings).toEqual([]);
    expect(traitsOfClass(config)).toMatchObject({ mem_limit: 2 ** 30, home_dir_template: '/srv/{username}' });
    const spawner = createSpawner(config);
    expect(spawner).toBeInstanceOf(LocalProcessSpawner);
    expect(spawner.stopSeconds).toBe(65);
    const hook = config.Spawner.pre_spawn_hook! as (...args: unknown[]) => Promise<void>;
    await expect(hook({ user: { admin: false } }, { signal: new AbortController().signal })).rejects.toBeInstanceOf(InvalidInputError);
  });

  test('is checked by an editor', () => {
    const lines = typeErrors().split('\n').filter((line) => /^\S/.test(line));
    expect(lines.map((line) => line.split(':')[0])).toEqual([2, 3, 4, 5].map((line) => expect.stringMatching(`^wrong.ts\\(${line},`) as string));
    expect(lines[0]).toContain("'prot' does not exist");
    expect(lines[1]).toContain("'string' is not assignable to type 'number'");
    expect(lines[2]).toContain("'email' does not exist");
  }, 60_000);
});

test('what is declared is there, and of that type', () => {
  const believed: Pick<typeof Declared, keyof typeof api> = api;
  const text = typesText();
  const declared = [...text.matchAll(/^export declare \w+ (\w+)/gm), ...text.matchAll(/^export \{ (.*) \} from/gm)].flatMap(([, names]) => names!.split(', '));
  expect(declared.sort()).toEqual(Object.keys(believed).sort());
});

describe('a class of one own that is none', () => {
  const made = (spawner_class: unknown) => loadConfig().then(({ config }) => createSpawner({ ...config, JupyterHub: { ...config.JupyterHub, spawner_class: spawner_class as never } }));

  test.each<[unknown, RegExp]>([
    [class Empty {}, /cannot use Empty as JupyterHub.spawner_class: because it has no start \(a function\), adopt .*, stopSeconds \(a number\)$/],
    [class Broken { constructor() { throw new Error('no such file'); } }, /cannot use Broken as JupyterHub.spawner_class: because no such file$/],
    [() => undefined, /cannot use the function as .* because it gave undefined$/],
    [() => ({ start() {}, adopt() {}, findAll() {}, poll() {}, examine() {}, stop() {} }), /it has no stopSeconds \(a number\)$/],
  ])('%s', async (given, message) => expect(made(given)).rejects.toThrow(message));

  test('a function may make one, and gets the traits and the config', async () => {
    const spawner = await made((traits: Declared.SpawnerTraits, config: Declared.ConfigInForce) => new LocalProcessSpawner({ ...traits, kill_timeout: config.JupyterHub.port ?? 7 }));
    expect(spawner.stopSeconds).toBe(67);
  });
});
