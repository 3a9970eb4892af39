import { AccountsClient } from './accounts-client.js';
import { AuditClient } from './audit-client.js';
import { type CallOptions, json } from './call.js';
import { CullingClient } from './culling-client.js';
import type {
  Activity,
  Group,
  HubInfo,
  Identity,
  NewToken,
  ProgressEvent,
  ProxyRoute,
  Server,
  Service,
  Token,
  User,
} from './models.js';
import { LogsClient } from './logs-client.js';
import { groupPath, quoteName, serverPath, userPath } from './names.js';
import { OperationsClient } from './operations-client.js';
import { page, pages } from './paging.js';
import { SharesClient } from './shares-client.js';
import { streamedEvents } from './streamed-events.js';
import { Transport, type TransportOptions } from './transport.js';

/** How long a start may be watched when nobody says otherwise, in milliseconds. */
const WATCH_TIMEOUT_MS = 600_000;

export interface ListUsersOptions extends CallOptions {
  /** `failed`, which JupyterHub does not know: with a server that did not start. */
  state?: 'active' | 'ready' | 'inactive' | 'failed';
  /** Part of the name. */
  name_filter?: string;
  /** `id`, `name` or `last_activity`, with a leading `-` for descending order. */
  sort?: string;
  include_stopped_servers?: boolean;
  /** Users per page. */
  limit?: number;
}

/** What a server may be made with. */
export interface ServerFields {
  /** For people to read. */
  display_name?: string;
  user_options?: Record<string, unknown>;
}

/**
 * The JupyterHub REST API, typed. Every call has a deadline (`timeoutMs`) and takes an AbortSignal; names are percent-encoded.
 * All throw HubApiError when the hub refuses and HubUnreachableError when it does not answer.
 */
export class HubClient {
  readonly #hub: Transport;
  readonly shares: SharesClient;
  readonly operations: OperationsClient;
  readonly logs: LogsClient;
  readonly culling: CullingClient;
  readonly audit: AuditClient;
  readonly accounts: AccountsClient;

  constructor(options: TransportOptions) {
    this.#hub = new Transport(options);
    this.shares = new SharesClient(this.#hub);
    this.operations = new OperationsClient(this.#hub);
    this.logs = new LogsClient(this.#hub);
    this.culling = new CullingClient(this.#hub);
    this.audit = new AuditClient(this.#hub);
    this.accounts = new AccountsClient(this.#hub);
  }

  /** The hub's API level; needs no token. */
  version = async (options: CallOptions = {}) => (await this.#hub.send<{ version: string }>('GET', '/', options)).body;

  /** The hub's parts and their versions. */
  info = (options: CallOptions = {}) => this.#json<HubInfo>('GET', '/info', undefined, options);

  /** Whose token this is, and what it may do. */
  whoami = (options: CallOptions = {}) => this.#json<Identity>('GET', '/user', undefined, options);

  /** All users that the token may see, fetched page by page as they are needed. */
  users({ signal, ...query }: ListUsersOptions = {}): AsyncGenerator<User, void, undefined> {
    return pages<User>(this.#hub, '/users', { query: { ...query }, signal });
  }

  /** One page of the users that the token may see, and how many there are in all. */
  usersPage = ({ signal, ...query }: ListUsersOptions & { offset?: number } = {}) =>
    page<User>(this.#hub, '/users', { query: { ...query }, signal });

  /** One user; stopped servers are listed too with `include_stopped_servers`. */
  async getUser(name: string, { signal, ...query }: CallOptions & { include_stopped_servers?: boolean } = {}): Promise<User> {
    return (await this.#hub.send<User>('GET', userPath(name), { query, signal })).body;
  }

  createUser = (name: string, fields: { admin?: boolean } = {}, options: CallOptions = {}) =>
    this.#json<User>('POST', userPath(name), fields, options);

  /** Creates those of `names` that do not exist yet, and returns them. */
  createUsers = (names: readonly string[], fields: { admin?: boolean } = {}, options: CallOptions = {}) =>
    this.#json<User[]>('POST', '/users', { usernames: names, ...fields }, options);

  modifyUser = (
    name: string,
    fields: { name?: string; admin?: boolean; auth_state?: Record<string, unknown> },
    options: CallOptions = {},
  ) => this.#json<User>('PATCH', userPath(name), fields, options);

  deleteUser = (name: string, options: CallOptions = {}) => this.#json<void>('DELETE', userPath(name), undefined, options);

  /** One server, running or not. */
  getServer = (user: string, server = '', options: CallOptions = {}) =>
    this.#json<Server>('GET', serverPath(user, server), undefined, options);

  /** Makes a server without starting it. */
  createServer = (user: string, server = '', fields: ServerFields = {}, options: CallOptions = {}) =>
    this.#json<Server>('PUT', serverPath(user, server), fields, options);

  /** Changes a stopped server; `name` is its new name. */
  modifyServer = (user: string, server: string, fields: ServerFields & { name?: string }, options: CallOptions = {}) =>
    this.#json<Server>('PATCH', serverPath(user, server), fields, options);

  /**
   * Starts a server.
   *
   * @param userOptions what the spawner is to know; left out: as at the last start
   * @returns `pending` when it is still on its way; watch it with `watchStart`
   */
  async startServer(user: string, server = '', userOptions?: Record<string, unknown>, options: CallOptions = {}) {
    const { status } = await this.#hub.send('POST', serverPath(user, server), { body: userOptions, ...options });
    return status === 202 ? ('pending' as const) : ('ready' as const);
  }

  /**
   * Stops a server.
   *
   * @param options.remove also forget it (named servers only)
   * @returns `pending` when the stop takes longer than the hub waits
   */
  async stopServer(user: string, server = '', { remove, signal }: CallOptions & { remove?: boolean } = {}) {
    const body = remove ? { remove: true } : undefined;
    const { status } = await this.#hub.send('DELETE', serverPath(user, server), { body, signal });
    return status === 202 ? ('pending' as const) : ('stopped' as const);
  }

  /**
   * Follows a server's start.
   *
   * @param seen is told every event
   * @returns the last event, which has `ready` or `failed`; undefined when the hub ended the stream early
   */
  watchStart(
    user: string,
    server: string,
    seen: (event: ProgressEvent) => void,
    { signal, timeoutMs }: CallOptions & { timeoutMs?: number } = {},
  ) {
    const read = async (response: Response): Promise<ProgressEvent | undefined> => {
      let last: ProgressEvent | undefined;
      for await (const event of streamedEvents<ProgressEvent>(response.body)) seen((last = event));
      return last;
    };
    const request = { accept: 'text/event-stream', signal };
    return this.#hub.open('GET', `${serverPath(user, server)}/progress`, request, read, timeoutMs ?? WATCH_TIMEOUT_MS);
  }

  /** Tells the hub when a user and their servers were last in use; only newer times count. */
  reportActivity = (user: string, activity: Activity, options: CallOptions = {}) =>
    this.#json<void>('POST', `${userPath(user)}/activity`, activity, options);

  async tokens(user: string, options: CallOptions = {}): Promise<Token[]> {
    return (await this.#json<{ api_tokens: Token[] }>('GET', `${userPath(user)}/tokens`, undefined, options)).api_tokens;
  }

  /** Makes a token for a user; `expires_in` in seconds. Without scopes it may do what its owner may. */
  createToken = (
    user: string,
    fields: { note?: string; scopes?: string[]; expires_in?: number | null } = {},
    options: CallOptions = {},
  ) => this.#json<NewToken>('POST', `${userPath(user)}/tokens`, fields, options);

  getToken = (user: string, id: string, options: CallOptions = {}) =>
    this.#json<Token>('GET', `${userPath(user)}/tokens/${quoteName(id)}`, undefined, options);

  revokeToken = (user: string, id: string, options: CallOptions = {}) =>
    this.#json<void>('DELETE', `${userPath(user)}/tokens/${quoteName(id)}`, undefined, options);

  groups({ signal, ...query }: CallOptions & { limit?: number } = {}): AsyncGenerator<Group, void, undefined> {
    return pages<Group>(this.#hub, '/groups', { query, signal });
  }

  /** One page of the groups, and how many there are in all. */
  groupsPage = ({ signal, ...query }: CallOptions & { limit?: number; offset?: number } = {}) =>
    page<Group>(this.#hub, '/groups', { query, signal });

  getGroup = (name: string, options: CallOptions = {}) => this.#json<Group>('GET', groupPath(name), undefined, options);

  createGroup = (name: string, users: readonly string[] = [], options: CallOptions = {}) =>
    this.#json<Group>('POST', groupPath(name), { users }, options);

  /** Makes groups, all or none, each with these members. */
  createGroups = (names: readonly string[], users: readonly string[] = [], options: CallOptions = {}) =>
    this.#json<Group[]>('POST', '/groups', { groups: names, users }, options);

  deleteGroup = (name: string, options: CallOptions = {}) => this.#json<void>('DELETE', groupPath(name), undefined, options);

  addToGroup = (name: string, users: readonly string[], options: CallOptions = {}) =>
    this.#json<Group>('POST', `${groupPath(name)}/users`, { users }, options);

  removeFromGroup = (name: string, users: readonly string[], options: CallOptions = {}) =>
    this.#json<Group>('DELETE', `${groupPath(name)}/users`, { users }, options);

  /** Replaces all properties of a group. */
  setGroupProperties = (name: string, properties: Record<string, unknown>, options: CallOptions = {}) =>
    this.#json<Group>('PUT', `${groupPath(name)}/properties`, properties, options);

  /** All services by name. */
  services = (options: CallOptions = {}) => this.#json<Record<string, Service>>('GET', '/services', undefined, options);

  getService = (name: string, options: CallOptions = {}) => this.#json<Service>('GET', servicePath(name), undefined, options);

  /** Adds a service that the hub does not start itself. */
  createService = (name: string, fields: Record<string, unknown>, options: CallOptions = {}) =>
    this.#json<Service>('POST', servicePath(name), fields, options);

  deleteService = (name: string, options: CallOptions = {}) => this.#json<void>('DELETE', servicePath(name), undefined, options);

  /** Starts a managed service. The answer tells the state that follows at once, `getService` how it goes on. */
  startManagedService = (name: string, options: CallOptions = {}) => this.#command(name, 'start', options);

  /** Stops a managed service until somebody starts it, or the hub itself starts anew. */
  stopManagedService = (name: string, options: CallOptions = {}) => this.#command(name, 'stop', options);

  /** Runs a service that has a schedule, now; `elara.schedule.last_run` of the answer is the run that has just begun. */
  runScheduledService = (name: string, options: CallOptions = {}) => this.#command(name, 'run', options);

  restartManagedService = (name: string, options: CallOptions = {}) => this.#command(name, 'restart', options);

  /** The proxy's routes by routespec, at most one page of them. */
  proxyRoutes = (options: CallOptions = {}) => this.#json<Record<string, ProxyRoute>>('GET', '/proxy', undefined, options);

  /** Has the hub compare the proxy's routes with what they should be. */
  checkProxy = (options: CallOptions = {}) => this.#json<void>('POST', '/proxy', undefined, options);

  /** Tells the hub where its proxy is now. */
  moveProxy = (fields: { api_url?: string; auth_token?: string }, options: CallOptions = {}) =>
    this.#json<void>('PATCH', '/proxy', fields, options);

  /** Stops the hub; what is left out is done as the hub is configured. */
  shutdown = (fields: { proxy?: boolean; servers?: boolean } = {}, options: CallOptions = {}) =>
    this.#json<{ message: string }>('POST', '/shutdown', fields, options);

  #command(name: string, command: 'start' | 'stop' | 'restart' | 'run', options: CallOptions) {
    return this.#json<Service>('POST', `${servicePath(name)}/${command}`, undefined, options);
  }

  #json<T>(method: string, path: string, body: unknown, options: CallOptions): Promise<T> {
    return json<T>(this.#hub, method, path, body, options);
  }
}

const servicePath = (name: string) => `/services/${quoteName(name)}`;
