import type { z } from 'zod';
import { knownKeys } from './known-keys.js';
import { type ClassName, classTraits } from './schema.js';
import { type Path, type Problem, problemOf, type Setting } from './setting.js';
import { nearest } from './suggest.js';
import { NO_FUNCTION, secretTraits } from './traits.js';
import { kindText, valueText } from './value-text.js';

type Issue = z.core.$ZodIssue;

const KINDS: Record<string, string> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'a mapping',
  record: 'a mapping',
  string: 'text',
  tuple: 'a list',
};

/** What zod found wrong with the value of `setting`, in the words of somebody who writes a config. */
export function problemsOfIssue(setting: Setting, issue: Issue, path: Path): Problem[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(setting, [...path, key]));
  const inner = insideUnion(issue);
  if (inner.length > 0) return inner.flatMap((innermost) => problemsOfIssue(setting, innermost, [...path, ...innermost.path]));
  const value = valueAt(setting.value, path);
  const hidden = isSecret(setting);
  const problem = problemOf(setting, path, messageOf(issue, value, hidden), suggestionFor(issue, value));
  // in api_tokens the path itself is the secret
  return [hidden ? { ...problem, key: setting.key } : problem];
}

function unknownKey(setting: Setting, path: Path): Problem {
  const key = String(path.at(-1));
  const schema = traitOf(setting) as z.ZodType;
  return problemOf(setting, path, 'there is no such key', nearest(key, knownKeys(schema, path.slice(0, -1))));
}

/** The issues of the one form of a union that the value tried to be, if it can be told: the one that failed deepest. */
function insideUnion(issue: Issue): readonly Issue[] {
  if (issue.code !== 'invalid_union') return [];
  // who gives something else than a function did not mean to give one
  const data = issue.errors.filter((issues) => !issues.some(({ message }) => message === NO_FUNCTION));
  const deep = data.length === 1 ? data : data.filter((issues) => issues.every(({ code, path }) => path.length > 0 || code !== 'invalid_type'));
  return deep.length === 1 ? deep[0]! : [];
}

function messageOf(issue: Issue, value: unknown, hidden: boolean): string {
  const got = `, got ${hidden ? kindText(value) : valueText(value)}`;
  switch (issue.code) {
    case 'invalid_type':
      return value === undefined ? 'is missing' : `expected ${kindOf(issue.expected)}${got}${advice(issue.expected, value)}`;
    case 'invalid_union':
      return `expected ${expectedOf(issue).filter((kind) => kind !== 'null').join(' or ')}${got}`;
    case 'invalid_value':
      return `expected one of ${issue.values.map(String).join(', ')}${got}`;
    case 'too_small':
      return issue.origin === 'number'
        ? `expected at least ${issue.minimum}${got}`
        : wording(issue, 'expected something, got nothing');
    case 'too_big':
      return `expected at most ${issue.maximum}${got}`;
    case 'custom':
      if (issue.message === NO_FUNCTION) return `${issue.message}${got}; only a JavaScript or TypeScript config can give one`;
      return issue.message.startsWith('expected') ? `${issue.message}${got}` : issue.message;
    case 'invalid_format':
    case 'invalid_key':
    case 'invalid_element':
    case 'not_multiple_of':
    case 'unrecognized_keys':
      return `${issue.message}${got}`;
  }
}

const wording = (issue: Issue, otherwise: string) => (issue.message.startsWith('expected') ? issue.message : otherwise);

const kindOf = (expected: string) => KINDS[expected] ?? expected;

function expectedOf(issue: Issue): string[] {
  if (issue.code === 'invalid_union') return [...new Set(issue.errors.flatMap((issues) => issues.filter(({ message }) => message !== NO_FUNCTION).flatMap(expectedOf)))];
  return issue.code === 'invalid_type' ? [kindOf(issue.expected)] : [issue.message.replace(/^expected /, '')];
}

function advice(expected: string, value: unknown): string {
  if (expected === 'boolean' && /^(yes|no|on|off)$/i.test(String(value))) return `; write ${/^(yes|on)$/i.test(String(value))}`;
  if (expected === 'string' && (typeof value === 'number' || typeof value === 'boolean')) return '; put it in quotes';
  if (expected === 'string' && value === null) return '; if the word null is meant, put it in quotes';
  if (KINDS[expected]?.includes('number') && typeof value === 'string' && Number.isFinite(Number(value)))
    return '; write it without quotes';
  return '';
}

function suggestionFor(issue: Issue, value: unknown): string | undefined {
  if (issue.code === 'invalid_value') return nearest(String(value), issue.values.map(String));
  if (issue.code !== 'custom') return undefined;
  // checks of our own tell the names that would have been right, and what was written if that is not the value
  const { names, written = value } = (issue.params ?? {}) as { names?: string[]; written?: unknown };
  return names && nearest(String(written), names);
}

const traitOf = ({ className, trait }: Setting) =>
  (classTraits[className as ClassName] as Record<string, z.ZodType | undefined>)[trait];

const isSecret = (setting: Setting) => secretTraits.has(traitOf(setting)!);

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inside, part) => (inside as Record<PropertyKey, unknown> | null | undefined)?.[part], value);
}
