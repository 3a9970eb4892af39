import { nearest } from './nearest.js';

/** The person who started the program has to change something: its message is printed without a stack, exit status 2. */
export class UsageError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UsageError';
  }
}

/** One flag: what it takes and what it is for. */
export interface Flag {
  /** `count` is a whole number from 0 up, `switch` is true or false, `list` is text that may be given several times. */
  type: 'count' | 'switch' | 'text' | 'list';
  help: string;
  /** What stands for the value in the help, e.g. `SECONDS`. */
  value?: string;
}

/** Flags by name, without the leading dashes. */
export type Flags = Record<string, Flag>;

/** What was given: a value for each flag that stood on the command line. */
export type FlagValues<F extends Flags> = {
  [K in keyof F]?: ValueTypes[F[K]['type']];
};

interface ValueTypes {
  count: number;
  switch: boolean;
  text: string;
  list: string[];
}

/**
 * Reads `--flag=V`, `--flag V`, `--switch`, `--no-switch` and `--switch=false`; `_` in a flag's name is as good as `-`.
 * The last one wins, unless the flag is a list.
 *
 * @param argv the arguments after the program's name
 * @throws UsageError for what is no flag (naming the nearest one), and for values of a wrong type
 */
export function parseCommandLine<F extends Flags>(argv: readonly string[], flags: F): FlagValues<F> & { help?: boolean } {
  const known: Flags = { ...flags, help: { type: 'switch', help: 'show this help' } };
  const values = new Map<string, ValueTypes[keyof ValueTypes]>();
  const rest = [...argv];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const { name, negated, given } = splitWord(word, known);
    const flag = known[name]!;
    if (flag.type === 'switch') values.set(name, switchValue(name, given ?? nextIfBoolean(rest)) !== negated);
    else if (flag.type === 'list') values.set(name, [...((values.get(name) ?? []) as string[]), given ?? nextValue(name, flag, rest)]);
    else values.set(name, flagValue(name, flag, given ?? nextValue(name, flag, rest)));
  }
  return Object.fromEntries(values) as FlagValues<F> & { help?: boolean };
}

function splitWord(word: string, known: Flags): { name: string; negated: boolean; given: string | undefined } {
  const match = /^--([^=]+)(?:=(.*))?$/s.exec(word === '-h' ? '--help' : word);
  if (!match) throw new UsageError(`unexpected argument ${JSON.stringify(word)}: expected --FLAG=VALUE (--help lists the flags)`);
  const name = match[1]!.replaceAll('_', '-');
  if (Object.hasOwn(known, name)) return { name, negated: false, given: match[2] };
  const positive = name.replace(/^no-/, '');
  if (positive !== name && Object.hasOwn(known, positive) && known[positive]!.type === 'switch')
    return { name: positive, negated: true, given: match[2] };
  const meant = nearest(name, Object.keys(known));
  throw new UsageError(`unknown flag --${name}${meant ? `: did you mean --${meant}?` : ' (--help lists the flags)'}`);
}

const nextIfBoolean = (rest: string[]) => (/^(true|false)$/i.test(rest[0] ?? '') ? rest.shift() : undefined);

function nextValue(name: string, flag: Flag, rest: string[]): string {
  const next = rest.shift();
  if (next === undefined || next.startsWith('--'))
    throw new UsageError(`--${name} needs a value: --${name}=${flag.value ?? 'VALUE'}`);
  return next;
}

function switchValue(name: string, given: string | undefined): boolean {
  if (given === undefined || /^(true|1|yes|on)$/i.test(given)) return true;
  if (/^(false|0|no|off)$/i.test(given)) return false;
  throw new UsageError(`--${name} takes true or false, not ${JSON.stringify(given)}`);
}

function flagValue(name: string, flag: Flag, given: string): number | string {
  if (flag.type === 'text') return given;
  const count = /^\d+$/.test(given) ? Number(given) : NaN;
  if (!Number.isSafeInteger(count))
    throw new UsageError(`--${name} takes a whole number from 0 up, not ${JSON.stringify(given)}`);
  return count;
}

/** The help of a program: what it is for, its flags in columns, and what it reads from the environment. */
export function helpText(program: { usage: string; about: string; flags: Flags; environment: Record<string, string> }): string {
  const flags = Object.entries(program.flags).map(([name, flag]) => [flagTitle(name, flag), flag.help] as const);
  return [
    `Usage: ${program.usage}`,
    program.about,
    `Flags:\n${columns([...flags, ['--help', 'show this help and exit']])}`,
    `Environment:\n${columns(Object.entries(program.environment))}`,
  ].join('\n\n');
}

const flagTitle = (name: string, flag: Flag) =>
  flag.type === 'switch' ? `--[no-]${name}` : `--${name}=${flag.value ?? 'VALUE'}`;

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([title]) => title.length));
  return rows.map(([title, text]) => `  ${title.padEnd(width)}  ${text}`).join('\n');
}
