import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { annotatedYaml } from './annotated.js';
import { jsonSchemaText } from './json-schema.js';
import { readYaml } from './load/yaml.js';
import { loadConfig } from './load-config.js';
import { CLASS_NAMES } from './names/classes.js';
import { resolve } from './resolve.js';
import { type ClassName, classTraits, defaultConfig } from './schema.js';
import { typesText } from './types-text.js';

const file = (name: string) => fileURLToPath(new URL(`../../../../config/${name}`, import.meta.url));

describe('config/elara.yaml', () => {
  it('is what elara config generate prints', () => expect(readFileSync(file('elara.yaml'), 'utf8')).toBe(annotatedYaml()));

  it('says the defaults when everything is uncommented', () => {
    const text = annotatedYaml().replace(/^ {2}# ([a-z_]+: .*)$/gm, '  $1');
    const { config, problems } = resolve(readYaml('elara.yaml', text));
    expect(problems).toEqual([]);
    // these follow from other keys as long as they are not set
    const { allow_all, ...dummy } = config!.DummyAuthenticator;
    expect(allow_all).toBe(false);
    expect({ ...config, DummyAuthenticator: dummy }).toEqual({ ...defaultConfig(), DummyAuthenticator: dummy });
  });
});

describe('config/elara.schema.json', () => {
  it('is what elara config generate --schema prints', () =>
    expect(readFileSync(file('elara.schema.json'), 'utf8')).toBe(jsonSchemaText()));
});

describe('config/elara.d.ts', () => {
  it('is what elara config generate --types prints', () => expect(readFileSync(file('elara.d.ts'), 'utf8')).toBe(typesText()));
});

describe.each(['development.yaml', 'production.yaml'])('config/%s', (name) => {
  it('can be used as it is', async () => expect((await loadConfig({ file: file(name) })).warnings).toEqual([]));
});

it.each(CLASS_NAMES)('every key of %s has a help text', (className: ClassName) => {
  for (const [trait, schema] of Object.entries(classTraits[className])) expect(schema.description, trait).toMatch(/\S/);
});
