import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { checkServices } from '../../apps/hub/src/cli/check-services.js';
import * as api from '../../apps/hub/src/config-api.js';
import { loadConfig } from '../../apps/hub/src/config/load-config.js';
import { CLASS_NAMES, hasTrait, isClassName } from '../../apps/hub/src/config/names/classes.js';
import { classTraits } from '../../apps/hub/src/config/schema.js';
import { tornadoSettingsTraits } from '../../apps/hub/src/config/classes/tornado-settings.js';
import type { AccessRule } from '../../apps/hub/src/http/access.js';
import { HELP as BOARD_HELP } from '../../apps/services/announcement/src/options.js';
import { HELP as CULLER_HELP } from '../../apps/services/cull-idle/src/options.js';
import { TestApp } from '../support/app.js';
import { root } from '../support/hub.js';
import { declaredRoutes } from '../support/routes.js';

interface Document {
  name: string;
  text: string;
}

const read = (name: string): Document => ({ name, text: readFileSync(path.join(root, name), 'utf8') });

const below = (folder: string): string[] =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.join(folder, name));

const DOCUMENTS = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'examples/README.md', ...below('docs')].map(read);

/** Blocks of one language, without their fences. */
function blocks({ text }: Document, language: string): string[] {
  // a block inside of a list is indented
  return [...text.matchAll(/^( *)```(\w+)\n([\s\S]*?)^\1```$/gm)]
    .filter(([, , found]) => found === language)
    .map(([, indent, , body]) => body!.replaceAll(new RegExp(`^${indent}`, 'gm'), ''));
}

const slug = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

const anchors = (text: string): string[] => [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => slug(heading!));

/** What is wrong with a link, or undefined. */
function linkProblem(document: string, target: string): string | undefined {
  const [file = '', anchor] = target.split('#');
  const full = path.join(root, path.dirname(document), file);
  if (file !== '' && !existsSync(full)) return `${target}: there is no such file`;
  const text = readFileSync(file === '' ? path.join(root, document) : full, 'utf8');
  return anchor !== undefined && !anchors(text).includes(anchor) ? `${target}: there is no such heading` : undefined;
}

describe.each(DOCUMENTS)('$name', ({ name, text }) => {
  test('links to files and headings that are there', () => {
    const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!).filter((target) => !/^[a-z]+:/.test(target));
    expect(targets.map((target) => linkProblem(name, target)).filter(Boolean)).toEqual([]);
  });

  test('names keys of the config that exist', () => {
    // what a terminal shows may be about a key that does not exist
    const told = text.replaceAll(/^```console\n[\s\S]*?^```$/gm, '');
    const named = [...told.matchAll(/\b(?:c\.)?([A-Z]\w+)\.([a-z]\w+)/g)].filter(([, className]) => isClassName(className!));
    const unknown = named.filter(([, className, trait]) => !hasTrait(className as never, trait!));
    // how a hook is written in Python is told to say that it cannot be used
    expect(unknown.map(([whole]) => whole).filter((whole) => !/^c\.\w+\.\w+_hook$/.test(whole))).toEqual([]);
  });

  test('names scripts that package.json has', () => {
    const { scripts } = JSON.parse(read('package.json').text) as { scripts: Record<string, string> };
    const named = [...text.matchAll(/\bnpm run ([\w:-]+)/g)].map(([, script]) => script!);
    expect(named.filter((script) => !(script in scripts))).toEqual([]);
  });

  test('names flags that the services have', () => {
    const known = `${CULLER_HELP}\n${BOARD_HELP}`.replaceAll('--[no-]', '--');
    const isTable = /^docs\/how-to\/(services|cull-idle)\.md$/.test(name);
    const lines = text.split('\n').filter((line) => /elara-(cull-idle|announcement).*--/.test(line) || (isTable && line.startsWith('| `--')));
    const flags = lines.flatMap((line) => [...line.matchAll(/--(?:no-)?([a-z][a-z-]+)/g)].map(([, flag]) => flag!));
    expect(flags.filter((flag) => !known.includes(`--${flag}`))).toEqual([]);
  });
});

const scratch = mkdtempSync(path.join(tmpdir(), 'elara-docs-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const isConfig = (block: string) => CLASS_NAMES.some((name) => new RegExp(`^(c\\.)?${name}[.:]`, 'm').test(block));

const EXAMPLES = DOCUMENTS.flatMap((document) =>
  [...blocks(document, 'yaml').map((text) => ({ text, ending: 'yaml' })), ...blocks(document, 'python').map((text) => ({ text, ending: 'py' })), ...blocks(document, 'ts').map((text) => ({ text, ending: 'ts' }))]
    .filter(({ text, ending }) => ending === 'ts' || isConfig(text))
    .map((example, index) => ({ ...example, where: `${document.name}, example ${index + 1}` })),
);

test.each(EXAMPLES)('the config of $where can be used', async ({ text, ending }) => {
  const file = path.join(scratch, `example.${ending}`);
  writeFileSync(file, text);
  const loaded = await loadConfig({ file, api: async () => api });
  checkServices(loaded);
  expect(loaded.warnings).toEqual([]);
});

test.each(readdirSync(path.join(root, 'config')).filter((name) => name.endsWith('.yaml')))('config/%s can be used', async (name) => {
  const loaded = await loadConfig({ file: path.join(root, 'config', name) });
  checkServices(loaded);
  expect(loaded.warnings).toEqual([]);
});

test('there are examples to check', () => expect(EXAMPLES.length).toBeGreaterThan(8));

test('every key of the config is read by something', () => {
  const names = readdirSync(path.join(root, 'apps/hub/src'), { recursive: true, encoding: 'utf8' });
  // the schema itself proves nothing; of config/, addresses are worked out from their keys and rules hold keys together
  const isCode = (name: string) => /\.(ts|html)$/.test(name) && !name.endsWith('.spec.ts');
  const code = names.filter((name) => isCode(name) && (!name.startsWith('config/') || /^config\/(urls|checks|oauth-provider-defaults)\.ts$/.test(name)));
  const words = new Set(code.flatMap((name) => read(path.join('apps/hub/src', name)).text.match(/\w+/g) ?? []));
  const keys = new Set([...Object.values(classTraits).flatMap(Object.keys), ...Object.keys(tornadoSettingsTraits)]);
  expect([...keys].filter((key) => !words.has(key))).toEqual([]);
});

describe('docs/reference/rest-api.md', () => {
  const RULES: Record<Exclude<AccessRule['kind'], 'scope'>, string> = {
    open: 'anyone',
    caller: 'any token',
    login: 'a browser that is logged in',
  };
  const scopesOf = (rule: AccessRule): string => (rule.kind === 'scope' ? rule.anyOf.map((scope) => `\`${scope}\``).join(' ') : RULES[rule.kind]);

  test('has all routes, with the scopes that they need', async () => {
    const app = await TestApp.create();
    // paths that end in server/default are how the router spells an empty last segment (http/canonical-url.ts)
    const documented = declaredRoutes(app).filter(({ url }) => /^\/hub\/api\b/.test(url) && !url.endsWith('/server/default'));
    const routes = documented.map(({ method, url, rule }) => `${method} ${url}: ${scopesOf(rule!)}`);
    await app.close();
    const rows = [...read('docs/reference/rest-api.md').text.matchAll(/^\| ([A-Z ]+) \| (`.*?`) \| (.*?) \|/gm)];
    const told = rows.flatMap(([, methods, paths, scopes]) => {
      const urls = [...paths!.matchAll(/`(.*?)`/g)].map(([, one]) => `/hub/api${one === '/' ? '' : one}`);
      return methods!.split(' ').flatMap((method) => urls.map((url) => `${method} ${url}: ${scopes}`));
    });
    expect(told.sort()).toEqual(routes.sort());
  });
});
