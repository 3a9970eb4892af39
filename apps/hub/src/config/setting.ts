/** Where something was written; `line` counts from 1 and is absent when it is not known. */
export interface Location {
  file: string;
  line?: number;
}

/** A path inside a trait's value, e.g. `[0, 'command']`. */
export type Path = readonly PropertyKey[];

/** Changes to a trait's default (or inherited) value: Python's `c.Spawner.env_keep.append('X')`. */
export interface Edits {
  inserts?: [index: number, value: unknown][];
  prepend?: unknown[];
  extend?: unknown[];
  update?: unknown[] | Record<string, unknown>;
}

/** One `Class.trait = value`, as some file or the command line said it. */
export interface Setting {
  className: string;
  trait: string;
  value: unknown;
  /** Instead of `value`: what to change in the value that would hold without this setting. */
  edits?: Edits;
  /** Other readings of the same text, tried in order when `value` is of the wrong type (command line only). */
  readings?: unknown[];
  /** What the setting is called in messages: the name under which it was written. */
  key: string;
  locate(path: Path): Location;
  /** Where the name of its class was written, if that is elsewhere. */
  locateClass?(): Location;
}

/** Something wrong, or worth knowing, about one key. */
export interface Problem extends Partial<Location> {
  key: string;
  message: string;
  /** The nearest known name, when there is one. */
  suggestion?: string;
}

/** `JupyterHub.services[0].command`. */
export function keyOf(key: string, path: Path): string {
  return path.reduce<string>((text, part) => (typeof part === 'number' ? `${text}[${part}]` : `${text}.${String(part)}`), key);
}

/** A problem of `setting`, or of the part of its value at `path`. */
export function problemOf(setting: Setting, path: Path, message: string, suggestion?: string): Problem {
  return { ...setting.locate(path), key: keyOf(setting.key, path), message, ...(suggestion !== undefined && { suggestion }) };
}

/** `file:line: key: message; did you mean x?` */
export function printProblem({ file, line, key, message, suggestion }: Problem): string {
  const place = file && (line ? `${file}:${line}` : file);
  const hint = suggestion === undefined ? '' : `; did you mean ${suggestion}?`;
  return [place, key, `${message}${hint}`].filter(Boolean).join(': ');
}
