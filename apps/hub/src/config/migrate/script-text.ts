import { CLASS_NAMES } from '../names/classes.js';
import type { Lost } from '../load/python.js';
import { printProblem, type Path } from '../setting.js';
import type { MigratedTrait, Migration } from './migration.js';
import { codeText, originNote } from './notes.js';
import { replacementOf } from '../names/replacements.js';

export type ScriptLanguage = 'javascript' | 'typescript';

/** What a class of the file is to be made from here, by the classes that it was made from. */
const BASES: Record<string, string> = {
  SimpleLocalProcessSpawner: 'SimpleLocalProcessSpawner',
  LocalProcessSpawner: 'LocalProcessSpawner',
  PAMAuthenticator: 'PamAuthenticator',
};

const PLAIN_KEY = /^[A-Za-z_$][\w$]*$/;

/** A migrated config as a script: what was code is there by name, and keeps the hub from using it until it is written. */
export function migratedScript(file: string, migration: Migration, language: ScriptLanguage, env: NodeJS.ProcessEnv): string {
  const { traits, wrong } = migration;
  const classes = traits.flatMap(({ trait, lost }) => (trait.endsWith('_class') ? lost.map((one) => classText(trait, one)) : []));
  const imports = ['defineConfig', ...new Set(classes.flatMap(({ base }) => base ?? []))];
  const isUnfinished = traits.some(({ lost }) => lost.length > 0);
  return [
    `// Made from ${file} by: elara migrate-config`,
    ...wrong.map((problem) => `// wrong, and to be mended: ${printProblem(problem)}`),
    `import { ${imports.join(', ')} } from 'elara/config';`,
    '',
    ...(isUnfinished ? [unwritten(language), ''] : []),
    ...classes.flatMap(({ text }) => [text, '']),
    'export default defineConfig({',
    ...CLASS_NAMES.flatMap((name) => sectionLines(name, traits.filter(({ className }) => className === name), env)),
    '});',
    '',
  ].join('\n');
}

const unwritten = (language: ScriptLanguage): string =>
  `function unwritten(what${language === 'typescript' ? ': string): never' : ')'} {\n  throw new Error(\`\${what} is still to be written here\`);\n}`;

function sectionLines(name: string, traits: MigratedTrait[], env: NodeJS.ProcessEnv): string[] {
  return traits.length === 0 ? [] : [`  ${name}: {`, ...traits.flatMap((trait) => traitLines(trait, env)), '  },'];
}

function traitLines(migrated: MigratedTrait, env: NodeJS.ProcessEnv): string[] {
  const { trait, value, lost, variables } = migrated;
  const known = variables.filter((name) => env[name]);
  const code = lost.map((one) => `    // ${codeText(one)}: write ${replacementOf(trait)?.write ?? 'the value that it gives'}`);
  return [`    // ${originNote(migrated)}`, ...code, `    ${trait}: ${new Literal(trait, lost, known, env).of(value, [], '    ')},`];
}

/** A value as JavaScript, with what was code where it was. */
class Literal {
  constructor(
    private readonly trait: string,
    private readonly lost: readonly Lost[],
    /** Variables of the environment that may stand in it. */
    private readonly variables: readonly string[],
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  of(value: unknown, path: Path, indent: string): string {
    const code = this.lost.find((one) => one.path.join('\0') === path.join('\0'));
    if (code) return this.trait.endsWith('_class') ? classNameOf(code) : `() => unwritten(${quoted(`${[this.trait, ...path].join('.')} (${codeText(code)})`)})`;
    if (typeof value === 'string') return this.#text(value);
    if (Array.isArray(value)) return this.#block('[', value.map((part, index) => this.of(part, [...path, index], `${indent}  `)), ']', indent);
    if (typeof value !== 'object' || value === null) return JSON.stringify(value);
    const names = [...Object.keys(value), ...this.#codeBelow(path)];
    const entries = [...new Set(names)].map((name) => `${keyText(name)}: ${this.of((value as Record<string, unknown>)[name], [...path, name], `${indent}  `)}`);
    return this.#block('{', entries, '}', indent);
  }

  /** A secret that came from the environment goes on to do so. */
  #text(value: string): string {
    const variable = this.variables.find((name) => this.env[name] === value);
    return variable === undefined ? quoted(value) : `process.env.${variable} ?? ''`;
  }

  #codeBelow(path: Path): string[] {
    const below = this.lost.filter((one) => one.path.length === path.length + 1 && one.path.slice(0, -1).join('\0') === path.join('\0'));
    return below.map((one) => String(one.path.at(-1)));
  }

  #block(open: string, parts: string[], close: string, indent: string): string {
    const line = parts.join(', ');
    if (line.length < 80 && !line.includes('\n')) return open === '{' && line ? `{ ${line} }` : `${open}${line}${close}`;
    return `${open}\n${parts.map((part) => `${indent}  ${part},\n`).join('')}${indent}${close}`;
  }
}

const keyText = (name: string): string => (PLAIN_KEY.test(name) ? name : quoted(name));

const quoted = (text: string): string => (/['\\\n\r\u2028\u2029]/.test(text) ? JSON.stringify(text) : `'${text}'`);

const classNameOf = ({ kind }: Lost): string => /\((\w+)\)$/.exec(kind)?.[1] ?? 'Own';

function classText(trait: string, lost: Lost): { text: string; base?: string } {
  const base = lost.bases?.map((name) => BASES[name]).find(Boolean) ?? (trait === 'spawner_class' ? 'LocalProcessSpawner' : undefined);
  const name = classNameOf(lost);
  const call = `unwritten(${quoted(`the class ${codeText(lost)}`)})`;
  const members = base ? [`  written = ${call};`] : ['  hasForm = true;', `  written = ${call};`, `  authenticate = () => ${call};`, `  warnings = () => ${call};`];
  return { text: [`class ${name}${base ? ` extends ${base}` : ''} {`, ...members, '}'].join('\n'), ...(base && { base }) };
}
