import type { UploadedFile } from '../config/hooks/functions.js';
import { InvalidInputError, TooLargeError } from '../errors.js';

/** What a form sends: every field is a list, in the order of the fields (reference hub-behaviour 7.6). */
export type FormFields = Record<string, string[]>;

export interface SentForm {
  fields: FormFields;
  /** The files of the field X under `X_file`. */
  files: Record<string, UploadedFile[]>;
}

const OPTION_PREFIX = 'opt-';
const MOST_FILES = 20;
/** Options are kept with the server, in the database. */
const MOST_KEPT_BYTES = 64 * 1024;

/** Arguments of /hub/spawn that are no options. */
const RESERVED = new Set(['next', '_xsrf', 'display_name']);

/**
 * Reads a form, `application/x-www-form-urlencoded` or `multipart/form-data`.
 * @throws InvalidInputError when the body is neither; TooLargeError for too many files
 */
export async function readForm(body: Buffer | undefined, contentType: string | undefined): Promise<SentForm> {
  const sent: SentForm = { fields: {}, files: {} };
  if (!body?.length) return sent;
  const form = await parsed(body, contentType ?? '');
  let count = 0;
  for (const [name, value] of form) {
    if (name === '_xsrf') continue;
    if (typeof value === 'string') append(sent.fields, name, value);
    else {
      count += 1;
      if (count > MOST_FILES) throw new TooLargeError(`cannot use the files of the form: because there are more than ${MOST_FILES}`);
      append(sent.files, `${name}_file`, await uploaded(value));
    }
  }
  return sent;
}

const uploaded = async (file: File): Promise<UploadedFile> => ({ filename: file.name, content_type: file.type, body: Buffer.from(await file.arrayBuffer()) });

async function parsed(body: Buffer, contentType: string): Promise<FormData> {
  try {
    return await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
  } catch (error) {
    throw new InvalidInputError('cannot read the form: because its body does not fit its Content-Type', { cause: error });
  }
}

function append<T>(fields: Record<string, T[]>, name: string, value: T): void {
  if (Object.hasOwn(fields, name)) fields[name]!.push(value);
  else Object.defineProperty(fields, name, { value: [value], enumerable: true, configurable: true, writable: true });
}

/**
 * What `Spawner.options_from_form` makes of a form: all lists, or (`simple`) single values unpacked and `on` as true. Files become text,
 * in base64.
 * @throws TooLargeError when the files are larger than what is kept
 */
export function optionsFromForm(mode: 'passthrough' | 'simple', { fields, files }: SentForm): Record<string, unknown> {
  const size = Object.values(files).flat().reduce((sum, { body }) => sum + body.length, 0);
  if (size > MOST_KEPT_BYTES) throw new TooLargeError(`cannot use the files of the form: because they are larger than ${MOST_KEPT_BYTES / 1024} KiB together`);
  const kept = Object.entries(files).map(([name, list]) => [name, list.map((file) => ({ ...file, body: file.body.toString('base64') }))] as const);
  const simple = ([name, values]: [string, string[]]) => [name, mode === 'simple' && values.length === 1 ? unpacked(values[0]!) : values] as const;
  return Object.fromEntries([...Object.entries(fields).map(simple), ...kept]);
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
