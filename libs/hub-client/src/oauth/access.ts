import { intersectScopes, parseScopes, printScopes } from '#scopes';

/**
 * The first of the wanted scopes that is held: by name, unfiltered, or through a wider filter (`!user=u` covers `!server=u/s`).
 * Group filters cover nobody here, because a service does not know who is in a group (reference: REST API 3.5).
 *
 * @param wanted expanded scopes, e.g. `access:services!service=board`
 * @param held expanded scopes as `GET user` lists them
 */
export function heldScope(wanted: readonly string[], held: readonly string[]): string | undefined {
  return wanted.find((scope) => {
    const sameBase = parseScopes(held.filter((other) => baseOf(other) === baseOf(scope)));
    // what both have must be all that was wanted: a narrower rest is somebody else's door
    return printScopes(intersectScopes(parseScopes([scope]), sameBase)).includes(scope);
  });
}

const baseOf = (scope: string) => scope.split('!', 1)[0];
