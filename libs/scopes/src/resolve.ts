import { ScopeDefinitions } from './definitions.js';
import { expandParsed, expandScopes, type ExpandContext } from './expand.js';
import { intersectScopes, missingScopes } from './intersect.js';
import { addScopes, parseScopes, printScopes, splitScope, type MutableScopes } from './parse.js';
import type { GroupsOf, ParsedScopes } from './types.js';

export interface ResolveRequest extends ExpandContext {
  /** Raw scopes somebody asks for. */
  requested: Iterable<string>;
  /** Raw scopes that are the limit. */
  held: Iterable<string>;
  groupsOf?: GroupsOf;
}

export interface ResolvedScopes {
  /** Requested scopes that are held, raw; of those held in part, the expanded scopes that are. Sorted. */
  allowed: string[];
  /** Requested raw scopes that are not, or not fully, held. Sorted. */
  disallowed: string[];
}

const isMeaningless = (scope: string, { definitions = ScopeDefinitions.builtIn }: ExpandContext): boolean => {
  const { base, problem } = splitScope(scope);
  return problem !== undefined || !definitions.has(base);
};

interface HeldPart {
  /** Expanded scopes that are held. */
  granted: string[];
  /** Nothing is missing. */
  whole: boolean;
}

/** Which part of one raw scope is held, beyond what is allowed already. */
const heldPart = (scope: string, allowed: ParsedScopes, held: ParsedScopes, request: ResolveRequest): HeldPart => {
  if (isMeaningless(scope, request)) return { granted: [], whole: false };
  const wanted = missingScopes(expandParsed([scope], request), allowed, request.groupsOf);
  const granted = printScopes(intersectScopes(parseScopes(wanted), held, request.groupsOf));
  const isGranted = new Set(granted);
  return { granted, whole: wanted.every((name) => isGranted.has(name)) };
};

/**
 * Holds requested scopes against a limit. Equal strings match at once; the rest is compared expanded: fully covered scopes are
 * allowed as they are written, partly covered ones as the expanded scopes that are covered.
 */
export const resolveScopes = (request: ResolveRequest): ResolvedScopes => {
  const limit = new Set(request.held);
  const requested = [...new Set(request.requested)].sort();
  const left = requested.filter((scope) => !limit.has(scope));
  if (left.length === 0) return { allowed: requested, disallowed: [] };

  const allowed = new Set(requested.filter((scope) => limit.has(scope)));
  const held = expandParsed(limit, request);
  const covered: MutableScopes = new Map();
  addScopes(covered, expandScopes(allowed, request));
  const disallowed = left.filter((scope) => {
    const { granted, whole } = heldPart(scope, covered, held, request);
    addScopes(covered, granted);
    for (const name of whole ? [scope] : granted) allowed.add(name);
    return !whole;
  });
  return { allowed: [...allowed].sort(), disallowed };
};
