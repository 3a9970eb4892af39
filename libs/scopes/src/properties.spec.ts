import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ScopeDefinitions } from './definitions.js';
import { expandParsed, expandScopes } from './expand.js';
import { hasScope } from './has-scope.js';
import { intersectScopes, missingScopes } from './intersect.js';
import { parseScopes, printScopes } from './parse.js';
import { resolveScopes } from './resolve.js';
import type { FilterKind, GroupsOf, ParsedScopes, Resource } from './types.js';

const BASES = ScopeDefinitions.builtIn.names();
const NAMES: Record<FilterKind, readonly string[]> = {
  user: ['a', 'b', 'c'],
  group: ['g', 'h'],
  server: ['a/', 'a/x', 'b/x', 'c/y'],
  service: ['s', 't'],
};
const KINDS = Object.keys(NAMES) as FilterKind[];
const RESOURCES: Resource[] = KINDS.flatMap((kind) => NAMES[kind].map((name) => ({ kind, name })));

const base = fc.constantFrom(...BASES);
const fewBases = fc.constantFrom('servers', 'users', 'read:users:name', 'tokens');
const filter = fc.constantFrom(...KINDS.flatMap((kind) => NAMES[kind].map((name) => `!${kind}=${name}`)));
const bare = fc.constantFrom('!user', '!server', '!service');
const scopeOf = (bases: fc.Arbitrary<string>, filters: fc.Arbitrary<string>) =>
  fc.tuple(bases, fc.option(filters, { nil: '', freq: 8 })).map((parts) => parts.join(''));
const expanded = fc.array(scopeOf(fewBases, filter), { maxLength: 10 });
const ungrouped = expanded.map((scopes) => scopes.filter((scope) => !scope.includes('!group')));
const raw = fc.array(scopeOf(base, fc.oneof(filter, bare)), { maxLength: 6 });
const name = fc.string({ unit: 'binary', minLength: 1 });
const groupsOf: fc.Arbitrary<GroupsOf> = fc
  .tuple(...NAMES.user.map(() => fc.subarray([...NAMES.group])))
  .map((groups) => (user) => groups[NAMES.user.indexOf(user)] ?? []);
const context = fc.record(
  {
    owner: fc.record({ kind: fc.constantFrom('user' as const, 'service' as const), name: fc.constantFrom('a', 's') }),
    client: fc.constantFrom({ server: 'a/x' }, { service: 's' }, {}),
  },
  { requiredKeys: [] },
);

const grants = (scopes: ParsedScopes, groups?: GroupsOf): Set<string> => {
  const granted = new Set<string>();
  for (const scope of BASES) {
    if (hasScope(scopes, scope)) granted.add(scope);
    for (const resource of RESOURCES)
      if (hasScope(scopes, scope, resource, groups)) granted.add(`${scope} ${resource.kind} ${resource.name}`);
  }
  return granted;
};

const meet = (a: string[], b: string[], groups?: GroupsOf) => intersectScopes(parseScopes(a), parseScopes(b), groups);
/** What `some` has beyond `others`. */
const beyond = (some: Set<string>, others: Set<string>): string[] => [...some].filter((grant) => !others.has(grant));
const inBoth = (some: Set<string>, others: Set<string>): Set<string> => new Set([...some].filter((grant) => others.has(grant)));
const isResource = (grant: string) => grant.includes(' ');

describe('parse and print', () => {
  it('are inverse', () => {
    const anyScope = fc.tuple(fewBases, fc.option(fc.tuple(fc.constantFrom(...KINDS), name), { nil: undefined }));
    fc.assert(
      fc.property(fc.array(anyScope), (parts) => {
        const parsed = parseScopes(parts.map(([scope, limit]) => (limit ? `${scope}!${limit[0]}=${limit[1]}` : scope)));
        expect(parseScopes(printScopes(parsed))).toEqual(parsed);
        expect(printScopes(parseScopes(printScopes(parsed)))).toEqual(printScopes(parsed));
      }),
    );
  });
});

describe('expansion', () => {
  it('is idempotent, and keeps to its order', () => {
    fc.assert(
      fc.property(raw, context, (scopes, who) => {
        const once = expandScopes(scopes, who);
        expect(expandScopes(once, who)).toEqual(once);
        expect(expandScopes([...scopes].reverse(), who)).toEqual(once);
      }),
    );
  });

  it('never grants more with a filter than without', () => {
    fc.assert(
      fc.property(base, fc.oneof(filter, bare), context, groupsOf, (scope, limit, who, groups) => {
        const wide = grants(expandParsed([scope], who), groups);
        expect(beyond(grants(expandParsed([scope + limit], who), groups), wide)).toEqual([]);
      }),
    );
  });

  it('grants no less for more scopes', () => {
    fc.assert(
      fc.property(raw, raw, context, groupsOf, (some, more, who, groups) => {
        const wide = grants(expandParsed([...some, ...more], who), groups);
        expect(beyond(grants(expandParsed(some, who), groups), wide)).toEqual([]);
      }),
    );
  });
});

describe('intersection', () => {
  it('never grants what one side lacks', () => {
    fc.assert(
      fc.property(expanded, expanded, groupsOf, (a, b, groups) => {
        const both = inBoth(grants(parseScopes(a), groups), grants(parseScopes(b), groups));
        expect(beyond(grants(meet(a, b, groups), groups), both)).toEqual([]);
        expect(beyond(grants(meet(a, b), groups), both)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('grants all that both sides grant, unless both speak of groups', () => {
    fc.assert(
      fc.property(expanded, ungrouped, groupsOf, (a, b, groups) => {
        const both = inBoth(grants(parseScopes(a), groups), grants(parseScopes(b), groups));
        const met = grants(meet(a, b, groups), groups);
        expect(beyond(both, met).filter(isResource)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('is commutative', () => {
    fc.assert(
      fc.property(expanded, expanded, groupsOf, (a, b, groups) => {
        expect(printScopes(meet(a, b, groups))).toEqual(printScopes(meet(b, a, groups)));
      }),
    );
  });

  it('is monotone', () => {
    fc.assert(
      fc.property(expanded, expanded, expanded, groupsOf, (a, more, b, groups) => {
        expect(beyond(grants(meet(a, b, groups), groups), grants(meet([...a, ...more], b, groups), groups))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('of equals changes nothing, and nothing is missing then', () => {
    fc.assert(
      fc.property(expanded, groupsOf, (a, groups) => {
        expect(printScopes(meet(a, a, groups))).toEqual(printScopes(parseScopes(a)));
        expect(missingScopes(parseScopes(a), parseScopes(a), groups)).toEqual([]);
      }),
    );
  });
});

describe('resolution', () => {
  it('never allows what is not held, and loses no request', () => {
    fc.assert(
      fc.property(raw, raw, context, groupsOf, (requested, held, who, groups) => {
        const { allowed, disallowed } = resolveScopes({ requested, held, ...who, groupsOf: groups });
        expect(beyond(grants(expandParsed(allowed, who), groups), grants(expandParsed(held, who), groups))).toEqual([]);
        const told = new Set([...allowed, ...disallowed]);
        expect(requested.filter((scope) => !told.has(scope))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('allows all that is held', () => {
    fc.assert(
      fc.property(raw, raw, context, groupsOf, (requested, more, who, groups) => {
        const held = [...expandScopes(requested, who), ...more];
        expect(resolveScopes({ requested, held, ...who, groupsOf: groups }).disallowed).toEqual([]);
      }),
    );
  });
});
