import { InvalidInputError } from '../errors.js';

/** What a form sends: every field is a list, in the order of the fields (reference hub-behaviour 7.6). */
export type FormFields = Record<string, string[]>;

const OPTION_PREFIX = 'opt-';

/** Arguments of /hub/spawn that are no options. */
const RESERVED = new Set(['next', '_xsrf', 'display_name']);

/**
 * Reads a form, `application/x-www-form-urlencoded` or `multipart/form-data`.
 * @throws InvalidInputError when the body is neither, or carries a file.
 */
export async function readForm(body: Buffer | undefined, contentType: string | undefined): Promise<FormFields> {
  if (!body?.length) return {};
  const form = await parsed(body, contentType ?? '');
  const fields: FormFields = {};
  for (const [name, value] of form) {
    if (name === '_xsrf') continue;
    if (typeof value === 'string') append(fields, name, value);
    else if (value.size > 0) throw new InvalidInputError(`cannot use the file of ${name}: because this hub takes no files with server options`);
  }
  return fields;
}

async function parsed(body: Buffer, contentType: string): Promise<FormData> {
  try {
    return await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
  } catch (error) {
    throw new InvalidInputError('cannot read the form: because its body does not fit its Content-Type', { cause: error });
  }
}

function append(fields: FormFields, name: string, value: string): void {
  if (Object.hasOwn(fields, name)) fields[name]!.push(value);
  else Object.defineProperty(fields, name, { value: [value], enumerable: true, configurable: true, writable: true });
}

/** What `Spawner.options_from_form` makes of the fields: all lists, or (`simple`) single values unpacked and `on` as true. */
export function optionsFromForm(mode: 'passthrough' | 'simple', fields: FormFields): Record<string, unknown> {
  if (mode === 'passthrough') return fields;
  return Object.fromEntries(Object.entries(fields).map(([name, values]) => [name, values.length === 1 ? unpacked(values[0]!) : values]));
}

const unpacked = (value: string) => (value === 'on' ? true : value);

export interface QueryOptions {
  fields: FormFields;
  /** Arguments that were passed over because others are marked as options. */
  ignored: string[];
}

/**
 * Options in the address of /hub/spawn: `opt-NAME=VALUE`; without any of those, every argument that is not ours
 * (reference hub-behaviour, section 10).
 * @throws InvalidInputError for an option without a name.
 */
export function optionsFromQuery(query: URLSearchParams): QueryOptions {
  const given = [...query].filter(([name]) => !RESERVED.has(name));
  const marked = given.filter(([name]) => name.startsWith(OPTION_PREFIX));
  const fields: FormFields = {};
  for (const [name, value] of marked.length > 0 ? marked : given) {
    const option = marked.length > 0 ? name.slice(OPTION_PREFIX.length) : name;
    if (option === '') throw new InvalidInputError('cannot use the option opt-: because it has no name');
    append(fields, option, value);
  }
  const ignored = marked.length > 0 ? given.filter(([name]) => !name.startsWith(OPTION_PREFIX)).map(([name]) => name) : [];
  return { fields, ignored };
}
