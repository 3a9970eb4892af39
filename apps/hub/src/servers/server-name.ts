import { InvalidInputError } from '../errors.js';

const NAME = /^(?=.{1,30}$)[a-z](?:-?[a-z0-9])*$/;
const MAX_DISPLAY_NAME = 255;
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]+$/u;

export interface NamedServerRules {
  allow_named_servers: boolean;
  allow_existing_invalid_named_servers: 'allow-start' | 'allow-delete' | 'autorename';
}

/** 1 to 30 of a-z, 0-9 and single hyphens, a letter first and no hyphen last: JupyterHub 6.0's rule (reference rest-api 8.1). */
export const isValidServerName = (name: string): boolean => NAME.test(name);

/** @throws InvalidInputError where named servers are off. The default server, '', is always allowed. */
export function requireNamedServers(server: string, rules: NamedServerRules): void {
  if (server !== '' && !rules.allow_named_servers) throw new InvalidInputError('Named servers are not enabled.');
}

/**
 * Whether a person may have one more named server, called so.
 * @param present how many named servers the person has, running or not
 * @param limit how many they may have; 0: as many as they like
 * @throws InvalidInputError
 */
export function requireNewServerName(user: string, server: string, present: number, limit: number): void {
  if (limit > 0 && present >= limit) {
    throw new InvalidInputError(
      `User ${user} already has the maximum of ${limit} named servers.  One must be deleted before a new server can be created`,
    );
  }
  if (server.includes('/')) throw new InvalidInputError(`Invalid server_name (may not contain '/'): ${server}`);
  if (!isValidServerName(server)) throw new InvalidInputError(`Invalid server_name: '${server}'`);
}

/** @throws InvalidInputError for a name from before the rule, where the operator forbids such. */
export function requireStartableName(server: string, rules: NamedServerRules): void {
  if (server === '' || isValidServerName(server) || rules.allow_existing_invalid_named_servers === 'allow-start') return;
  throw new InvalidInputError(`Starting invalid server_name '${server}' is disabled, contact your administrator`);
}

/**
 * The name for people to read, in Unicode's composed form.
 * @throws InvalidInputError unless it has 1 to 255 printable characters and no spaces but single ones inside
 */
export function checkedDisplayName(text: string): string {
  const name = text.normalize('NFC');
  const fits = [...name].length <= MAX_DISPLAY_NAME && PRINTABLE.test(name) && !/^ | $| {2}/.test(name);
  if (!fits) throw new InvalidInputError(`Invalid display_name: '${text}'`);
  return name;
}
