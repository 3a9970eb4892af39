import { stringify } from 'yaml';
import { CLASS_HELP } from '../classes/help.js';
import { CLASS_NAMES } from '../names/classes.js';
import type { ClassName } from '../schema.js';
import { keyOf, printProblem } from '../setting.js';
import type { MigratedTrait, Migration } from './migration.js';
import { codeText, originNote } from './notes.js';
import { replacementOf } from '../names/replacements.js';

/** A migrated config as YAML: every key with its help, and with where it comes from; what cannot be YAML as comments. */
export function migratedYaml(file: string, { traits, byHand, wrong }: Migration): string {
  const head = [
    `Made from ${file} by: elara migrate-config`,
    ...listed('To be written by hand, in a JavaScript or TypeScript config (elara migrate-config -o elara.ts begins one):', byHand.map(printProblem)),
    ...listed('Wrong, and to be mended before the hub starts:', wrong.map(printProblem)),
  ];
  const sections = CLASS_NAMES.map((name) => [name, traits.filter(({ className }) => className === name)] as const);
  return [comments(head, ''), ...sections.filter(([, own]) => own.length > 0).map(([name, own]) => section(name, own))].join('\n');
}

const listed = (title: string, lines: string[]): string[] => (lines.length > 0 ? ['', title, ...lines.map((line) => `  ${line}`)] : []);

function section(name: ClassName, traits: MigratedTrait[]): string {
  // a class of which all is code has nothing below it
  const isEmpty = traits.every(({ value }) => value === undefined);
  return [`# ${CLASS_HELP[name]}`, isEmpty ? `# ${name}:` : `${name}:`, traits.map(traitText).join('\n')].join('\n');
}

function traitText(migrated: MigratedTrait): string {
  const { trait, value, help, lost } = migrated;
  const code = lost.map((one) => `${keyOf(trait, one.path)} was code (${codeText(one)}); write: ${replacementOf(trait)?.write ?? 'the value that it gives'}`);
  const data = value === undefined ? '' : indented(stringify({ [trait]: value }, { lineWidth: 0 }));
  return comments([help, originNote(migrated), ...code], '  ') + data;
}

const comments = (lines: string[], indent: string): string => lines.map((line) => `${indent}# ${line}`.trimEnd() + '\n').join('');

const indented = (text: string): string => text.replace(/^(?=.)/gm, '  ');
