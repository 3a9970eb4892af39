import { METASCOPES } from './built-in-scopes.js';
import { ScopeDefinitions } from './definitions.js';
import { addScope, filterProblem, printScopes, splitScope, type MutableScopes, type ScopeParts } from './parse.js';
import type { FilterKind, Owner, ParsedScopes, ScopeClient } from './types.js';

export interface ExpandContext {
  /** The built-in scopes, when left out. */
  definitions?: ScopeDefinitions;
  /** Whose scopes these are: resolves `self`, `!user` and `!service`. */
  owner?: Owner;
  /** The OAuth client of a token: resolves `!server` and `!service`. */
  client?: ScopeClient;
  /** Told about every raw scope that grants nothing here, and why. */
  dropped?: (scope: string, reason: string) => void;
}

interface Reach {
  kind?: FilterKind;
  value?: string;
  /** Why the scope reaches nothing. */
  nothing?: string;
}

const NO_FILTER: Reach = {};

const named = (kind: FilterKind, value: string | undefined): Reach =>
  !value ? { nothing: `there is no ${kind} that !${kind} could mean` } : { kind, value };

const resolveBare = (kind: FilterKind, { owner, client }: ExpandContext): Reach => {
  if (kind === 'server') return named(kind, client?.server);
  const own = owner?.kind === kind ? owner.name : undefined;
  return named(kind, kind === 'service' ? (client?.service ?? own) : own);
};

const resolveMetascope = ({ base, kind }: ScopeParts, { owner }: ExpandContext): Reach => {
  if (kind !== undefined) return { nothing: `${base} takes no filter` };
  if (base !== 'self') return NO_FILTER;
  return owner?.kind === 'user' ? { kind: 'user', value: owner.name } : { nothing: 'only a user has a self' };
};

const reachOf = (scope: string, parts: ScopeParts, definitions: ScopeDefinitions, context: ExpandContext): Reach => {
  if (!definitions.has(parts.base)) return { nothing: `scope '${parts.base}' is not defined` };
  if (parts.problem) return { nothing: filterProblem(scope, parts.problem) };
  if (METASCOPES.has(parts.base)) return resolveMetascope(parts, context);
  if (parts.kind === undefined) return NO_FILTER;
  return parts.value === undefined ? resolveBare(parts.kind, context) : { kind: parts.kind, value: parts.value };
};

/**
 * Expands raw scopes: subscopes added, `self` and bare filters resolved, filtered forms dropped where the unfiltered one is held.
 * `inherit` stays as it is: only a token's owner can say what it means. A scope that grants nothing in this context (unknown,
 * malformed, nothing for its bare filter to mean) is left out and reported to `dropped`: what a database holds never fails a request.
 */
export const expandParsed = (raw: Iterable<string>, context: ExpandContext = {}): ParsedScopes => {
  const { definitions = ScopeDefinitions.builtIn, dropped } = context;
  const expanded: MutableScopes = new Map();
  for (const scope of raw) {
    const parts = splitScope(scope);
    const { kind, value, nothing } = reachOf(scope, parts, definitions, context);
    if (nothing !== undefined) dropped?.(scope, nothing);
    else for (const base of definitions.implied(parts.base, kind === 'server')) addScope(expanded, base, kind, value);
  }
  return expanded;
};

/** As `expandParsed`, as sorted strings. */
export const expandScopes = (raw: Iterable<string>, context: ExpandContext = {}): string[] =>
  printScopes(expandParsed(raw, context));
