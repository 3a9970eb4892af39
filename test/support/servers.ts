import { join } from 'node:path';
import { createAuthenticator } from '../../apps/hub/src/authenticators/authenticators.module.js';
import { hubConfigSchema } from '../../apps/hub/src/config/schema.js';
import { hubUrls } from '../../apps/hub/src/config/urls.js';
import type { Database } from '../../apps/hub/src/database/database.js';
import { PlainReads } from '../../apps/hub/src/database/reads.js';
import { Activity } from '../../apps/hub/src/identity/activity.js';
import { AuthStates } from '../../apps/hub/src/identity/auth-states.js';
import { CryptKeeper } from '../../apps/hub/src/identity/crypt-keeper.js';
import { LoginFreshness } from '../../apps/hub/src/identity/login-freshness.js';
import { IdentityCache } from '../../apps/hub/src/identity/identity-cache.js';
import { OAuthClients } from '../../apps/hub/src/identity/oauth-clients.js';
import { RefusedTokens } from '../../apps/hub/src/identity/refused-tokens.js';
import { TokenStore } from '../../apps/hub/src/identity/token-store.js';
import { Health } from '../../apps/hub/src/news/health.js';
import { News } from '../../apps/hub/src/news/news.js';
import type { ProxyDriver } from '../../apps/hub/src/proxy/drivers/proxy-driver.js';
import { ProxyService } from '../../apps/hub/src/proxy/proxy.service.js';
import { HubMark } from '../../apps/hub/src/servers/hub-mark.js';
import { LifecycleRepository } from '../../apps/hub/src/servers/lifecycle.repository.js';
import { Orphans } from '../../apps/hub/src/servers/orphans.js';
import { PendingServers } from '../../apps/hub/src/servers/pending-servers.js';
import { ServerChanges } from '../../apps/hub/src/servers/server-changes.js';
import { ServerStarts } from '../../apps/hub/src/servers/server-starts.js';
import { ServerTools } from '../../apps/hub/src/servers/server-tools.js';
import { ServerWatch } from '../../apps/hub/src/servers/server-watch.js';
import { ServersRepository } from '../../apps/hub/src/servers/servers.repository.js';
import { ServersService } from '../../apps/hub/src/servers/servers.service.js';
import { SpawnHooks } from '../../apps/hub/src/servers/spawn-hooks.js';
import { createSpawner } from '../../apps/hub/src/spawners/create-spawner.js';
import type { Spawner } from '../../apps/hub/src/spawners/spawner.js';

export interface ServersOptions {
  db: Database;
  proxy: ProxyDriver;
  /** For homes and logs. */
  folder: string;
  /** Default: processes of this account. */
  spawner?: Spawner;
  traits: { JupyterHub?: object; CryptKeeper?: object; DummyAuthenticator?: object; SimpleLocalProcessSpawner?: object; Elara?: object };
}

/** The part of a hub that looks after users' servers, as Nest would build it; a second one on the same database is the next hub. */
export function buildServers({ db, proxy: driver, folder, spawner, traits }: ServersOptions) {
  const config = hubConfigSchema.parse({
    JupyterHub: { authenticator_class: 'dummy', spawner_class: 'simple', allow_named_servers: true, ...traits.JupyterHub },
    DummyAuthenticator: traits.DummyAuthenticator,
    CryptKeeper: traits.CryptKeeper,
    SimpleLocalProcessSpawner: { home_dir_template: join(folder, '{username}'), ...traits.SimpleLocalProcessSpawner },
    Elara: { log_dir: join(folder, 'logs'), ...traits.Elara },
  });
  const [urls, reads, cache, activity] = [hubUrls(config), new PlainReads(db), new IdentityCache(), new Activity(db)];
  const [repository, proxy] = [new ServersRepository(db, reads), new ProxyService(config, urls, driver, new Health())];
  const [tokens, clients] = [new TokenStore(db, reads, config, cache), new OAuthClients(db, cache)];
  const authenticator = createAuthenticator(config);
  const authStates = new AuthStates(db, new CryptKeeper(config));
  const freshness = new LoginFreshness(config, authenticator, authStates);
  const hooks = new SpawnHooks(config, urls, authenticator, repository, authStates);
  const tools = new ServerTools(config, urls, spawner ?? createSpawner(config), authenticator, repository, tokens, clients, proxy, activity, cache, new RefusedTokens(), new HubMark(db, config), freshness, new News(), hooks);
  const pending = new PendingServers(tools, new LifecycleRepository(db));
  const changes = new ServerChanges(tools, repository, pending, activity);
  const orphans = new Orphans(tools, pending);
  const service = new ServersService(tools, repository, pending, new ServerStarts(tools, repository, pending));
  return { service, changes, orphans, watch: new ServerWatch(tools, pending), repository, pending, activity, proxy, tools };
}

export async function addPerson(db: Database, name: string): Promise<{ id: number; name: string }> {
  const [row] = await db('users').insert({ name, cookie_id: name }).returning('id');
  return { id: row!.id, name };
}
