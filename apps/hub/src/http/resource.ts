import type { Resource } from '#scopes';
import type { HubRequest } from './hub-request.js';

/** The resource that a route's path names; undefined for collections. `:user/server` is the user's default server. */
export function resourceOf(request: HubRequest): Resource | undefined {
  const params = request.params as Record<string, string | undefined>;
  if (params.user !== undefined && isServerRoute(request)) return { kind: 'server', name: `${params.user}/${params.server ?? ''}` };
  for (const kind of ['user', 'group', 'service'] as const) {
    const name = params[kind];
    if (name !== undefined) return { kind, name };
  }
  return undefined;
}

const SERVER_ROUTE = /\/:user\/(server|servers\/:server)(\/|$)|\/(shares|share-codes)\/:user\/:server$/;
const isServerRoute = (request: HubRequest) => SERVER_ROUTE.test(request.routeOptions.url ?? '');
