import { type CallOptions, json } from './call.js';
import type { ServerActivity } from './culling-models.js';
import { FOREVER_MS } from './deadline.js';
import type { HubEvent } from './event-models.js';
import type { Explanation, Identity, Orphan, ReloadReport } from './models.js';
import type { ConfigInForce, Overview } from './operations-models.js';
import { quoteName } from './names.js';
import { streamedEvents } from './streamed-events.js';
import type { Transport } from './transport.js';

/** Whom a question is about: a user or service by name, or a token by its id, e.g. `a7`. */
export type Subject = { user: string } | { service: string } | { token: string };

/** What operators ask a hub about itself and about whom it would let do what. */
export class OperationsClient {
  constructor(private readonly hub: Transport) {}

  /** Resolves when the hub answers at all; needs no token. */
  health = ({ signal }: CallOptions = {}) => this.hub.open('GET', '/health', { signal }, async (response) => void (await response.text()));

  /** Metrics in Prometheus' text format. */
  metrics = ({ signal }: CallOptions = {}) =>
    this.hub.open('GET', '/metrics', { accept: 'text/plain', signal }, (response) => response.text());

  /** The hub's OpenAPI document; needs no token. */
  openApi = (options: CallOptions = {}) => json<Record<string, unknown>>(this.hub, 'GET', '/openapi.json', undefined, options);

  /** The config that the hub runs with, without secrets. */
  config = (options: CallOptions = {}) => json<ConfigInForce>(this.hub, 'GET', '/config', undefined, options);

  /** The last hours of the hub in numbers, for charts: up to 24, which is the default. */
  async overview({ hours, signal }: CallOptions & { hours?: number } = {}): Promise<Overview> {
    return (await this.hub.send<Overview>('GET', '/overview', { query: { hours }, signal })).body;
  }

  /** Servers that run although the hub's database does not know of them. */
  orphans = (options: CallOptions = {}) => json<Orphan[]>(this.hub, 'GET', '/orphans', undefined, options);

  /**
   * What changes in the hub from now on, as far as the token may read it, until the hub ends the stream or `signal` is aborted, which
   * rejects. A stream that ended has to be opened anew; its first event says that everything has to be read again.
   */
  followEvents = (seen: (event: HubEvent) => unknown, { signal }: CallOptions = {}): Promise<void> => {
    const read = async (response: Response) => {
      for await (const event of streamedEvents<HubEvent>(response.body)) await seen(event);
    };
    return this.hub.open('GET', '/events', { accept: 'text/event-stream', signal }, read, FOREVER_MS);
  };

  /**
   * Why somebody may or may not do something.
   *
   * @param scope without a filter, e.g. `read:users`
   * @param on what it is done to, e.g. `user:bob` or `server:bob/lab`; left out: everything
   */
  async explain(who: Subject, scope: string, on?: string, { signal }: CallOptions = {}): Promise<Explanation> {
    return (await this.hub.send<Explanation>('GET', '/explain', { query: { ...who, scope, on }, signal })).body;
  }

  /** Whether a culler stops a server, and why not; what `culling.activity` tells, for those who may ask about anybody. */
  explainCulling = (user: string, server = '', { signal }: CallOptions = {}) =>
    this.hub.send<ServerActivity>('GET', '/explain', { query: { culled: `${user}/${server}` }, signal }).then(({ body }) => body);

  /** Has the hub read its config anew and take over what can be while it runs; refused with status 400 for a wrong one. */
  reload = (options: CallOptions = {}) => json<ReloadReport>(this.hub, 'POST', '/reload', undefined, options);

  /** Whose a token is. It becomes part of a URL: prefer `whoami` with that token. */
  tokenOwner = (token: string, options: CallOptions = {}) =>
    json<Identity>(this.hub, 'GET', `/authorizations/token/${quoteName(token)}`, undefined, options);

  /** Whose a login cookie is. */
  cookieOwner = (name: string, value: string, options: CallOptions = {}) =>
    json<Identity>(this.hub, 'GET', `/authorizations/cookie/${quoteName(name)}/${quoteName(value)}`, undefined, options);
}
