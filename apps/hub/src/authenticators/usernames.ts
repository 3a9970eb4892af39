/** What the config says about names. */
export interface UsernameRules {
  username_map: Record<string, string>;
  username_pattern: string;
}

/** The width of `users.name`. */
const LONGEST_USERNAME = 255;

/** The name a person is known by: lower case, then `username_map` (reference hub-behaviour 4.2). */
export function normalizeUsername(name: string, rules: UsernameRules): string {
  const lower = name.toLowerCase();
  return Object.hasOwn(rules.username_map, lower) ? rules.username_map[lower]! : lower;
}

/**
 * Why a name cannot be used, or undefined when it can. Beyond JupyterHub's rules, names with control characters and names that do
 * not fit the database are refused: they could not be carried through logs, headers and paths unharmed.
 */
export function usernameProblem(name: string, { username_pattern }: UsernameRules): string | undefined {
  if (name === '') return 'it is empty';
  if (name.includes('/')) return 'it contains a slash';
  if (name !== name.trim()) return 'it begins or ends with a space';
  if (name === '.' || name === '..') return 'it would be a path';
  if (/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(name)) return 'it contains control characters';
  if ([...name].length > LONGEST_USERNAME) return `it is longer than ${LONGEST_USERNAME} characters`;
  if (username_pattern && !new RegExp(`^(?:${username_pattern})`, 'u').test(name)) return `it does not match ${username_pattern}`;
  return undefined;
}
