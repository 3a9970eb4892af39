import { InvalidInputError } from '../errors.js';

/** What the body of a request says about a server; undefined: nothing. */
export interface ServerRequest {
  displayName?: string;
  /** null: those of the previous start. */
  options: Record<string, unknown> | null;
}

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json => value !== null && typeof value === 'object' && !Array.isArray(value);

/** Python's idea of nothing: `{}`, `[]`, `""`, `0`, `false` and `null`. */
const isNothing = (value: unknown): boolean => !value || (typeof value === 'object' && Object.keys(value).length === 0);

/**
 * The body of PUT and POST (reference rest-api 8.1); one without our keys is the user options as a whole, as in JupyterHub 5.
 * @throws InvalidInputError
 */
export function startRequest(body: unknown): ServerRequest {
  if (isNothing(body)) return { options: null };
  if (!isObject(body)) throw new InvalidInputError('Body must be a JSON object');
  if (!('display_name' in body) && !('user_options' in body)) return { options: body };
  const { display_name: displayName, user_options: options = null } = body;
  if (displayName !== undefined && typeof displayName !== 'string') throw new InvalidInputError('display_name must be a string');
  if (options !== null && !isObject(options)) throw new InvalidInputError('user_options must be an object or null');
  return { ...(displayName !== undefined && { displayName }), options };
}

export interface ServerChange {
  name?: string;
  displayName?: string;
  options?: Json;
}

/** The body of PATCH. @throws InvalidInputError */
export function changeRequest(body: unknown): ServerChange {
  if (isNothing(body)) throw new InvalidInputError('Must specify at least one field to modify.');
  if (!isObject(body)) throw new InvalidInputError('Body must be a JSON object');
  const { name, display_name: displayName, user_options: options, ...others } = body;
  const unknown = Object.keys(others);
  if (unknown.length > 0) throw new InvalidInputError(`cannot modify ${unknown.join(', ')}: only name, display_name and user_options can be modified`);
  if (name !== undefined && typeof name !== 'string') throw new InvalidInputError('name must be a string');
  if (displayName !== undefined && typeof displayName !== 'string') throw new InvalidInputError('display_name must be a string');
  if (options !== undefined && !isObject(options)) throw new InvalidInputError('user_options must be a dict');
  return { ...(name !== undefined && { name }), ...(displayName !== undefined && { displayName }), ...(options && { options }) };
}

/** The body of DELETE: whether to forget the server as well. @throws InvalidInputError */
export function stopRequest(body: unknown): { remove: boolean } {
  if (isNothing(body)) return { remove: false };
  if (!isObject(body)) throw new InvalidInputError('Body must be a JSON object');
  return { remove: Boolean(body.remove) };
}
