/** What the config says about names. */
export interface UsernameRules {
  username_map: Record<string, string>;
  username_pattern: string;
}

/** More of a name that somebody typed is in no log. */
const LONGEST_SHOWN = 64;

/** A name as somebody typed it, as it may stand in a log: cut, and escaped so that it cannot forge a line. */
export const shownName = (typed: string): string => JSON.stringify(typed.slice(0, LONGEST_SHOWN));

/** The width of `users.name`. */
const LONGEST_USERNAME = 255;

/**
 * The name a person is known by: composed (NFC, so that an accent typed in either way is the same letter), in lower case, then
 * `username_map` (reference hub-behaviour 4.2).
 */
export function normalizeUsername(name: string, rules: Pick<UsernameRules, 'username_map'>): string {
  const lower = lowerCased(name);
  return Object.hasOwn(rules.username_map, lower) ? rules.username_map[lower]! : lower;
}

/** The same without the map. */
export const lowerCased = (name: string): string => name.normalize('NFC').toLowerCase().normalize('NFC');

/**
 * Why a name cannot be used, or undefined when it can. Beyond JupyterHub's rules, names with control characters and names that do
 * not fit the database are refused: they could not be carried through logs, headers and paths unharmed.
 * @param isNew whether somebody would become a user under this name by logging in: then it may not look like another one either
 */
export function usernameProblem(name: string, { username_pattern }: Pick<UsernameRules, 'username_pattern'>, { isNew = false } = {}): string | undefined {
  if (name === '') return 'it is empty';
  if (name.includes('/')) return 'it contains a slash';
  if (name !== name.trim()) return 'it begins or ends with a space';
  if (name === '.' || name === '..') return 'it would be a path';
  if (/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(name)) return 'it contains control characters';
  if ([...name].length > LONGEST_USERNAME) return `it is longer than ${LONGEST_USERNAME} characters`;
  if (username_pattern && !new RegExp(`^(?:${username_pattern})`, 'u').test(name)) return `it does not match ${username_pattern}`;
  if (isNew && looksLikeAnother(name)) return 'it contains letters that look like others, or that cannot be seen';
  return undefined;
}

const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}]/u;
const LATIN = /\p{Script=Latin}/u;
const LIKE_LATIN = /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}]/u;

/** Letters in other forms, letters that cannot be seen, and letters of scripts that share their shapes (Unicode UTS #39, 5.1). */
function looksLikeAnother(name: string): boolean {
  return name !== name.normalize('NFKC') || UNSEEN.test(name) || (LATIN.test(name) && LIKE_LATIN.test(name));
}
