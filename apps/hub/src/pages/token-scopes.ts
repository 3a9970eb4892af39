import { describeScopes, expandScopes, identifyScopes, listedScopes, type ScopeDefinitions, type ScopeDescription } from '#scopes';

export interface ScopeContext {
  definitions: ScopeDefinitions;
  /** Who reads it. */
  username: string;
}

/** A permission to pick, in words, with those that are parts of it. */
export interface ScopeChoice extends Omit<ScopeDescription, 'scope'> {
  /** As requests name it, with its filter. */
  scope: string;
  parts: ScopeChoice[];
}

/** Scopes that somebody holds, to pick from: each that does not follow from another one, and below it what follows from it. */
export function scopeChoices(held: readonly string[], context: ScopeContext): ScopeChoice[] {
  const scopes = listedScopes(held);
  const implied = new Map(scopes.map((scope) => [scope, new Set(expandScopes([scope], { definitions: context.definitions }))]));
  const isPart = (scope: string) => scopes.some((other) => other !== scope && implied.get(other)!.has(scope));
  const shown = new Set<string>();
  const partsOf = (whole: string) => scopes.filter((scope) => scope !== whole && implied.get(whole)!.has(scope) && !shown.has(scope) && shown.add(scope));
  return scopes
    .filter((scope) => !isPart(scope))
    .map((scope) => ({ ...inWords(scope, context), parts: partsOf(scope).map((part) => ({ ...inWords(part, context), parts: [] })) }));
}

function inWords(scope: string, { definitions, username }: ScopeContext) {
  const { description, filter } = describeScopes([scope], { definitions, username })[0]!;
  return { scope, description, filter };
}

/** What a token may do beyond telling who its owner is, in words; undefined: all that its owner may. */
export function permissionsOf(scopes: readonly string[], held: readonly string[], { definitions, username }: ScopeContext): ScopeDescription[] | undefined {
  const given = new Set(scopes);
  if (listedScopes(held).every((scope) => given.has(scope))) return undefined;
  const identify = new Set(identifyScopes({ kind: 'user', name: username }));
  const tops = scopeChoices(scopes, { definitions, username }).map(({ scope }) => scope).filter((scope) => !identify.has(scope));
  return describeScopes(tops, { definitions, username });
}
