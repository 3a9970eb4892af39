import { ScopeError } from './errors.js';
import type { FilterKind, ParsedScopes } from './types.js';

/** The parts of one scope string; a kind without a value is a bare filter (`!user`), `problem` says why it has no valid filter. */
export interface ScopeParts {
  base: string;
  kind?: FilterKind;
  value?: string;
  problem?: 'empty-filter' | 'unknown-filter';
}

/** Parsed scopes under construction. */
export type MutableScopes = Map<string, 'all' | Map<FilterKind, Set<string>>>;

const KINDS: ReadonlySet<string> = new Set(['user', 'group', 'server', 'service']);

const filterParts = (base: string, filter: string): ScopeParts => {
  const equals = filter.indexOf('=');
  const kind = (equals < 0 ? filter : filter.slice(0, equals)) as FilterKind;
  if (filter === '') return { base, problem: 'empty-filter' };
  if (!KINDS.has(kind) || (equals < 0 && kind === 'group')) return { base, problem: 'unknown-filter' };
  if (equals < 0) return { base, kind };
  const value = filter.slice(equals + 1);
  return value === '' ? { base, problem: 'empty-filter' } : { base, kind, value };
};

/** Takes `base`, `base!kind` or `base!kind=value` apart; the value is all that follows the first `=`. */
export const splitScope = (scope: string): ScopeParts => {
  const bang = scope.indexOf('!');
  return bang < 0 ? { base: scope } : filterParts(scope.slice(0, bang), scope.slice(bang + 1));
};

/** What is wrong with the filter of a scope, in JupyterHub's words; `whoFor` is who would get it, e.g. `token`. */
export const filterProblem = (scope: string, problem: ScopeParts['problem'], whoFor = ''): string => {
  if (problem !== 'unknown-filter') return `Empty string is not a valid filter: ${scope}`;
  const filter = scope.slice(scope.indexOf('!') + 1);
  return `Scope filter ${filter} '!${filter}' in scope '${scope}'${whoFor && ` for ${whoFor}`} does not exist`;
};

/** Adds one scope; an unfiltered one absorbs the filtered forms of its base. */
export const addScope = (scopes: MutableScopes, base: string, kind?: FilterKind, value?: string): void => {
  const held = scopes.get(base);
  if (held === 'all') return;
  if (kind === undefined || value === undefined) return void scopes.set(base, 'all');
  if (!held) return void scopes.set(base, new Map([[kind, new Set([value])]]));
  const values = held.get(kind);
  if (values) values.add(value);
  else held.set(kind, new Set([value]));
};

/**
 * Adds expanded scopes.
 * @throws ScopeError as `parseScopes`
 */
export const addScopes = (parsed: MutableScopes, scopes: Iterable<string>): void => {
  for (const scope of scopes) {
    const { base, kind, value, problem } = splitScope(scope);
    if (problem || (kind !== undefined && value === undefined)) throw new ScopeError(filterProblem(scope, problem));
    addScope(parsed, base, kind, value);
  }
};

/**
 * Parses expanded scopes, one filter in each.
 * @throws ScopeError for a filter without a value (also a bare one, which only expansion resolves) or of an unknown kind
 */
export const parseScopes = (scopes: Iterable<string>): ParsedScopes => {
  const parsed: MutableScopes = new Map();
  addScopes(parsed, scopes);
  return parsed;
};

/** The scopes as strings, sorted. */
export const printScopes = (parsed: ParsedScopes): string[] => {
  const strings: string[] = [];
  for (const [base, filters] of parsed) {
    if (filters === 'all') strings.push(base);
    else for (const [kind, values] of filters) for (const value of values) strings.push(`${base}!${kind}=${value}`);
  }
  return strings.sort();
};
