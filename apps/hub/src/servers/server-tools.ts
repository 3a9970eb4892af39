import { Inject, Injectable } from '@nestjs/common';
import { type Authenticator, AUTHENTICATOR } from '../authenticators/authenticator.js';
import { HUB_CONFIG, HUB_URLS } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import type { HubUrls } from '../config/urls.js';
import type { ServerState } from '../database/tables.js';
import { Activity } from '../identity/activity.js';
import { IdentityCache } from '../identity/identity-cache.js';
import { LoginFreshness } from '../identity/login-freshness.js';
import { OAuthClients } from '../identity/oauth-clients.js';
import { RefusedTokens } from '../identity/refused-tokens.js';
import { TokenStore } from '../identity/token-store.js';
import { News, type NewsItem } from '../news/news.js';
import { ProxyService } from '../proxy/proxy.service.js';
import { type Spawner, SPAWNER } from '../spawners/spawner.js';
import { HubMark } from './hub-mark.js';
import type { ServerRecord } from './server-record.js';
import { ServersRepository } from './servers.repository.js';
import { SpawnHooks } from './spawn-hooks.js';

/** What the steps of all servers work with. */
@Injectable()
export class ServerTools {
  constructor(
    @Inject(HUB_CONFIG) readonly config: HubConfig,
    @Inject(HUB_URLS) readonly urls: HubUrls,
    @Inject(SPAWNER) readonly spawner: Spawner,
    @Inject(AUTHENTICATOR) readonly authenticator: Authenticator,
    readonly repository: ServersRepository,
    readonly tokens: TokenStore,
    readonly clients: OAuthClients,
    readonly proxy: ProxyService,
    readonly activity: Activity,
    readonly cache: IdentityCache,
    readonly refusals: RefusedTokens,
    readonly mark: HubMark,
    readonly freshness: LoginFreshness,
    private readonly news: News,
    readonly hooks: SpawnHooks,
  ) {}

  /** Tells those who watch that a server is otherwise now, or gone. */
  tell({ user, name }: Pick<ServerRecord, 'user' | 'name'>, news: Pick<Extract<NewsItem, { kind: 'server' }>, 'change' | 'queue'> & { state?: ServerState }): void {
    this.news.tell({ kind: 'server', user: user.name, server: name, ...news });
  }
}
