import { Inject, Injectable, Logger } from '@nestjs/common';
import { type Authenticator, AUTHENTICATOR } from '../authenticators/authenticator.js';
import { HUB_CONFIG, HUB_URLS } from '../config/config.module.js';
import type { HookHandler, HookLog, HookServer, ServerOwnerUser } from '../config/hooks/objects.js';
import type { HubConfig } from '../config/schema.js';
import { type HubUrls, quoteName, serverPath } from '../config/urls.js';
import { fromDbBoolean, toWireTime } from '../database/values.js';
import { AuthStates } from '../identity/auth-states.js';
import { copied, HookedSpawner, type SpawnerFacts } from '../spawners/hooked-spawner.js';
import { originOf } from '../spawners/spawner-env.js';
import type { ServerAddress } from '../spawners/spawner.js';
import type { SpawnerTraits } from '../spawners/spawner-traits.js';
import { neverStarted, PENDING } from './server.model.js';
import type { ServerOwner, ServerRecord } from './server-record.js';
import { ServersRepository } from './servers.repository.js';

/** A server that functions of the config are to be called for. */
export interface ServerForHooks {
  user: ServerOwner;
  /** '' for the default server. */
  name: string;
  traits: SpawnerTraits;
  options: Readonly<Record<string, unknown>>;
  handler?: HookHandler | undefined;
}

/** Makes what functions of the config get to see of a server and of its owner; in a constant number of queries. */
@Injectable()
export class SpawnHooks {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    @Inject(HUB_URLS) private readonly urls: HubUrls,
    @Inject(AUTHENTICATOR) private readonly authenticator: Authenticator,
    private readonly repository: ServersRepository,
    private readonly authStates: AuthStates,
  ) {}

  /** Seconds that a function of the config may take for a start or a stop. */
  get seconds(): number {
    return this.config.Elara.hook_timeout;
  }

  async of(server: ServerForHooks): Promise<HookedSpawner> {
    const { user, name, traits, options, handler = null } = server;
    const records = await this.repository.ofUsers([user.id], { includeStopped: true });
    const record = records.find((one) => one.name === name) ?? { ...neverStarted(user), name };
    const facts: SpawnerFacts = {
      name,
      user: await this.#owner(user, records),
      user_options: copied(options),
      api_token: '',
      server: this.serverOf(user, name, record.address),
      orm_spawner: rowOf(record),
      hub: { base_url: this.urls.hubPrefix, api_url: this.urls.apiUrl, public_url: this.urls.publicUrl },
      handler,
      log: logFor(user, name),
      authenticator: this.authenticator,
      config: {},
    };
    const config = () => copied(this.config as unknown as SpawnerFacts['config']);
    return new HookedSpawner(Object.defineProperty(facts, 'config', { get: config, enumerable: true }), traits);
  }

  /** `spawner.server`: where it listens. */
  serverOf(user: ServerOwner, name: string, address: ServerAddress | null | undefined): SpawnerFacts['server'] {
    if (!address) return null;
    const base_url = serverPath(this.urls.baseUrl, user.name, name);
    return { ...address, base_url, url: originOf(address) + base_url };
  }

  async #owner({ id, name }: ServerOwner, records: readonly ServerRecord[]): Promise<ServerOwnerUser> {
    const { admin, groups } = await this.repository.factsOf(id);
    const server_url = (server = '') => serverPath(this.urls.baseUrl, name, server);
    return {
      id,
      name,
      admin: fromDbBoolean(admin),
      groups,
      escaped_name: quoteName(name),
      url: server_url(),
      server_url,
      spawners: Object.fromEntries(records.map((record) => [record.name, summary(record, server_url(record.name))])),
      get_auth_state: async () => (await this.authStates.ofUser(id)) as Record<string, unknown> | null,
      settings: copied(this.config.JupyterHub.tornado_settings),
    };
  }
}

const summary = ({ name, state, started, userOptions }: ServerRecord, url: string): HookServer => ({
  name,
  ready: state === 'ready',
  pending: PENDING[state],
  url,
  started: toWireTime(started),
  user_options: userOptions,
});

const rowOf = ({ id, name, displayName, spawnerState, userOptions, started, lastActivity }: ServerRecord): SpawnerFacts['orm_spawner'] => ({
  id,
  name,
  display_name: displayName,
  state: spawnerState,
  user_options: userOptions,
  started,
  last_activity: lastActivity,
});

const log = new Logger('hooks');

function logFor(user: ServerOwner, name: string): HookLog {
  const line = (message: string) => `${user.name}${name && `:${name}`}: ${message}`;
  return {
    debug: (message) => log.debug(line(message)),
    info: (message) => log.log(line(message)),
    warning: (message) => log.warn(line(message)),
    error: (message) => log.error(line(message)),
  };
}
