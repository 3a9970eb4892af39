import type { CullPolicy } from '#culling';
import { type CallOptions, json } from './call.js';
import type { Cullers, ServerActivity } from './culling-models.js';
import type { CullWarning } from './models.js';
import { serverPath } from './names.js';
import type { Transport } from './transport.js';

/** What cullers and the hub tell each other; JupyterHub has none of it and answers 404. */
export class CullingClient {
  constructor(private readonly hub: Transport) {}

  /** The cullers that have reported since the hub started. */
  list = (options: CallOptions = {}) => json<Cullers>(this.hub, 'GET', '/culling', undefined, options);

  /**
   * Begins a round: tells the hub by which policy, and has it ask the proxy for the latest traffic.
   *
   * @param cullEvery seconds from one round to the next
   */
  beginRound = (policy: CullPolicy, cullEvery: number, options: CallOptions = {}) =>
    json<Cullers>(this.hub, 'PUT', '/culling', { policy, cull_every: cullEvery }, options);

  /** Who saw a server in use, and what cullers make of it. */
  activity = (user: string, server = '', options: CallOptions = {}) =>
    json<ServerActivity>(this.hub, 'GET', `${serverPath(user, server)}/activity`, undefined, options);

  /**
   * Tells the owner of a server that it is going to be stopped. Refused (409) when it was in use meanwhile.
   *
   * @param idleSince the warning is void once the server was in use after this moment; null: it holds in any case
   */
  warn = (user: string, server: string, { at, reason }: CullWarning, idleSince: string | null, options: CallOptions = {}) =>
    json<CullWarning>(this.hub, 'PUT', `${serverPath(user, server)}/cull-warning`, { at, reason, idle_since: idleSince }, options);

  withdrawWarning = (user: string, server = '', options: CallOptions = {}) =>
    json<void>(this.hub, 'DELETE', `${serverPath(user, server)}/cull-warning`, undefined, options);
}
