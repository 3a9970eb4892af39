/**
 * Spellings that a router without trailing slashes cannot tell apart. `/hub/` is a page of its own (`/hub` redirects to it),
 * an empty last segment names the default server (reference rest-api 1.0).
 */
const ALIASES: readonly [pattern: RegExp, canonical: string][] = [
  [/^\/hub\/$/, '/hub/front-door'],
  [/^\/hub\/api\/$/, '/hub/api'],
  [/^(\/hub\/api\/users\/[^/]+)\/servers\/$/, '$1/server'],
  [/^(\/hub\/api\/users\/[^/]+)\/servers\/\/progress$/, '$1/server/progress'],
  [/^(\/hub\/api\/(?:shares|share-codes|(?:users|groups)\/[^/]+\/shared)\/[^/]+)\/$/, '$1/server/default'],
  [/^(\/hub\/(?:spawn|spawn-pending|user)\/.+)\/$/, '$1'],
];

/** Where every path outside `JupyterHub.base_url` ends up: nowhere. */
const OUTSIDE = '/outside-of-base-url';

/**
 * The URL that routes are declared for: without `base_url`, and with one spelling for each resource.
 * @param url path and query as received
 * @param baseUrl `/` or `/prefix/`
 */
export function canonicalUrl(url: string, baseUrl: string): string {
  const [path = '', ...query] = url.split('?');
  const inside = withoutBase(path, baseUrl);
  const alias = ALIASES.find(([pattern]) => pattern.test(inside));
  return [alias ? inside.replace(...alias) : inside, ...query].join('?');
}

function withoutBase(path: string, baseUrl: string): string {
  if (path.startsWith(baseUrl)) return `/${path.slice(baseUrl.length)}`;
  return `${path}/` === baseUrl ? '/' : `${OUTSIDE}${path}`;
}
