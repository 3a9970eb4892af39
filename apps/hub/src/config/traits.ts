import { CronExpressionParser } from 'cron-parser';
import { z } from 'zod';

/** Marks traits whose value is never shown by `elara config show`. */
export const secretTraits = z.registry<{ secret: true }>();

/** Names of the types (in hooks/) of traits that take functions, and whether they take classes. */
export const functionTypes = z.registry<{ type?: string | undefined; isClass?: true }>();

/** What is wrong with anything else where a function has to be. */
export const NO_FUNCTION = 'expected a function';

/**
 * A function, which only a JavaScript config can give; what it gives is checked where it is called.
 * @param type what `F` is called in hooks/, for editors; they know no more than that it is a function unless given
 */
export const callable = <F extends (...args: never[]) => unknown>(type?: string) =>
  z.custom<F>((value) => typeof value === 'function', NO_FUNCTION).register(functionTypes, { type });

/** A hook: a function, or null for none. */
export const hook = <F extends (...args: never[]) => unknown>(type: string, help: string) => callable<F>(type).nullable().default(null).describe(help);

/** Marks a trait as secret; call it last, because every further zod method makes a new schema. */
export function secret<T extends z.ZodType>(trait: T): T {
  secretTraits.add(trait, { secret: true });
  return trait;
}

export const text = (initial: string, help: string) => z.string().default(initial).describe(help);

export const flag = (initial: boolean, help: string) => z.boolean().default(initial).describe(help);

/** A whole number, at least `min`. */
export const integer = (initial: number, help: string, min = 0) => z.number().int().min(min).default(initial).describe(help);

/** Times of a schedule: five fields as in crontab(5), or '' for never. */
export const cron = (initial: string, help: string) => z.string().refine((text) => text === '' || isCron(text), 'expected five fields as in crontab, e.g. "17 * * * *"').default(initial).describe(help);

/** Whether a text can be read as times of a schedule; `H` would mean another time with each reading. */
export function isCron(text: string, fields: readonly number[] = [5]): boolean {
  try {
    return fields.includes(text.trim().split(/\s+/).length) && !/(^|[\s,])H/i.test(text) && Boolean(CronExpressionParser.parse(text));
  } catch {
    // its messages are for programmers; ours says what is expected
    return false;
  }
}

/** A duration in seconds, at least `min`; fractions are allowed. */
export const seconds = (initial: number, help: string, min = 0) => z.number().min(min).default(initial).describe(help);

/** A TCP port, 0 to 65535. */
export const port = (initial: number, help: string) => portNumber.default(initial).describe(help);

export const portNumber = z.number().int().min(0).max(65_535);

/** A list of strings in the order given. */
export const list = (initial: string[], help: string) => z.array(z.string()).default(initial).describe(help);

/** A set of strings: written as a list (or a Python or JS set), kept as a list without repetitions. */
export const set = (help: string) =>
  z
    .array(z.string())
    .transform((names) => [...new Set(names)])
    .default([])
    .describe(help);

/** A command: a list of arguments, or one string that names the program (no shell splitting); null is the usual one. */
export const command = (initial: string[], help: string) =>
  z
    .union([z.array(z.string()).min(1), z.string().min(1), z.null()])
    .transform((value) => (value === null ? initial : typeof value === 'string' ? [value] : value))
    .default(initial)
    .describe(help);

/** A text; numbers are written out, because YAML reads `4` as one. */
export const textOrNumber = z.union([z.string(), z.number()]).transform(String);

/** A number that is absent (null) unless set. */
export const optionalNumber = (help: string) => z.number().min(0).nullable().default(null).describe(help);

const UNITS: Record<string, number> = { K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 };
const SIZE = /^(\d+(?:\.\d+)?)([KMGT])$/;

/** A size in bytes: a number, or text with K, M, G or T (powers of 1024), e.g. `1.5G`. */
export const bytes = z
  .union([z.number().min(0), z.string().regex(SIZE, 'expected a size such as 512M or 1.5G')])
  .transform((size) => (typeof size === 'number' ? Math.floor(size) : bytesOf(size)));

/** The same as a key, null unless set. */
export const byteSize = (help: string) => bytes.nullable().default(null).describe(help);

function bytesOf(size: string): number {
  const [, amount, unit] = SIZE.exec(size)!;
  return Math.floor(Number(amount) * UNITS[unit!]!);
}

/** A http(s) URL, or '' when unset. */
export const url = (initial: string, help: string) =>
  z
    .string()
    .refine(
      (value) => value === '' || (/^https?:\/\//i.test(value) && URL.canParse(value)),
      'expected a URL such as http://host:8000/',
    )
    .default(initial)
    .describe(help);

/** An address to listen on: like a URL, but the host may be empty for all interfaces. */
export const bindUrl = (initial: string, help: string) =>
  z
    .string()
    .regex(/^$|^https?:\/\/(\[[^\]]*\]|[^:/]*)(:\d+)?(\/.*)?$/, 'expected an address such as http://127.0.0.1:8000/')
    .default(initial)
    .describe(help);

/** A regular expression; '' allows everything. */
export const pattern = (initial: string, help: string) =>
  z.string().refine(compiles, 'expected a regular expression').default(initial).describe(help);

function compiles(source: string): boolean {
  try {
    new RegExp(source);
    return true;
  } catch {
    return false;
  }
}
