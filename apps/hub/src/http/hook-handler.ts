import type { HookHandler, HookRequest, RequestUser } from '../config/hooks/objects.js';
import type { HubConfig } from '../config/schema.js';
import type { Caller } from '../identity/caller.js';
import type { HubRequest } from './hub-request.js';
import { schemeOf } from './pagination.js';
import { addressOf } from './request-log.js';

/** A request as functions of the config see it; a copy, because they may look at it when it is long over. */
export function hookRequest(request: HubRequest): HookRequest {
  const [path = '', ...rest] = request.originalUrl.split('?');
  const query = new URLSearchParams(rest.join('?'));
  return {
    method: request.method,
    uri: request.originalUrl,
    path,
    query: Object.fromEntries([...query.keys()].map((name) => [name, query.getAll(name)])),
    headers: { ...request.headers },
    protocol: schemeOf(request),
    host: request.headers.host ?? '',
    remote_ip: addressOf(request),
  };
}

/** `spawner.handler`, and the argument of functions that are called for a request. */
export function hookHandler(request: HubRequest, { JupyterHub: { tornado_settings } }: HubConfig): HookHandler {
  const copy = hookRequest(request);
  return {
    request: copy,
    current_user: hookUser(request.caller),
    get_argument: (name, initial) => (Object.hasOwn(copy.query, name) ? copy.query[name]!.at(-1) : undefined) ?? initial,
    settings: structuredClone(tornado_settings),
  };
}

/** Who makes a request; null for strangers. */
export function hookUser(caller: Caller | undefined): RequestUser | null {
  if (!caller) return null;
  const { kind, name, admin, facts } = caller;
  return { kind, name, admin, groups: facts.kind === 'user' ? facts.groups.map((group) => ({ name: group })) : [] };
}
