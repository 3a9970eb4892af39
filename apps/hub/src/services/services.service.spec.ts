import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseScopes, ScopeDefinitions } from '#scopes';
import { defaultConfig, type HubConfig } from '../config/schema.js';
import { hubUrls } from '../config/urls.js';
import { PlainReads } from '../database/reads.js';
import { openDatabase } from '../database/connection.js';
import type { Database } from '../database/database.js';
import type { Caller } from '../identity/caller.js';
import { IdentityCache } from '../identity/identity-cache.js';
import { OAuthClients } from '../identity/oauth-clients.js';
import { RolesRepository } from '../identity/roles.repository.js';
import { tokenMatches } from '../identity/token-hash.js';
import { TokenStore } from '../identity/token-store.js';
import { News } from '../news/news.js';
import { ServiceInstaller } from './service-installer.js';
import { ServicesRepository } from './services.repository.js';
import { ServicesService } from './services.service.js';

Logger.overrideLogger(false);
let folder: string;
let db: Database;
let tokens: TokenStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'services-'));
  db = await openDatabase(`sqlite:///${join(folder, 'hub.sqlite')}`);
  await new OAuthClients(db, new IdentityCache()).ensureApiClient();
  await db('roles').insert({ name: 'admin', scopes: '[]', managed_by_auth: false });
});
afterEach(async () => {
  await db.destroy();
  await rm(folder, { recursive: true });
});

/** The catalogue of a hub that has just started with these services in its config. */
async function start(...services: (Record<string, unknown> & { name: string })[]) {
  const config: HubConfig = { ...defaultConfig() };
  config.JupyterHub = { ...config.JupyterHub, services };
  const cache = new IdentityCache();
  const repository = new ServicesRepository(db);
  tokens = new TokenStore(db, new PlainReads(db), config, cache);
  const installer = new ServiceInstaller(config, hubUrls(config), repository, tokens, new OAuthClients(db, cache));
  const catalogue = new ServicesService(config, ScopeDefinitions.builtIn, repository, installer, new RolesRepository(db, new PlainReads(db)), cache, new News());
  await catalogue.load();
  return catalogue;
}
const caller = (...scopes: string[]) =>
  ({ kind: 'service', id: 1, name: 'boss', admin: false, scopes, parsed: parseScopes(scopes) }) as unknown as Caller;
const names = (catalogue: ServicesService) => catalogue.list().map(({ name }) => name);
const count = async (table: 'api_tokens' | 'oauth_clients' | 'servers' | 'services') => Number((await db(table).count<{ n: number }[]>('* as n'))[0]!.n);

describe('at start', () => {
  test('makes the rows of a service: its own, its token, its server, its OAuth client', async () => {
    await start({ name: 'web', url: 'http://127.0.0.1:9000', api_token: 'given-token', info: { a: 1 } });
    const row = await db('services').where({ name: 'web' }).first();
    expect(row).toMatchObject({ from_config: 1, admin: 0, info: '{"a": 1}', display: null, oauth_client_id: 'service-web', timeout: 30 });
    expect(await db('servers').where({ id: row!._server_id! }).first()).toMatchObject({ ip: '127.0.0.1', port: 9000, base_url: '/services/web/' });
    const client = await db('oauth_clients').where({ identifier: 'service-web' }).first();
    expect(client).toMatchObject({ redirect_uri: '/services/web/oauth_callback', allowed_scopes: '["access:services!service=web"]' });
    expect(tokenMatches('given-token', client!.secret!)).toBe(true);
    expect(await tokens.find('given-token')).toMatchObject({ service_id: row!.id, scopes: '["inherit"]' });
  });

  test('a second start changes nothing but the server row', async () => {
    const specs = [{ name: 'a', api_token: 'token-of-a' }, { name: 'web', url: 'http://h' }] as const;
    await start(...specs);
    const before = await db('services').orderBy('id');
    const again = await start(...specs);
    expect(names(again)).toEqual(['a', 'web']);
    expect((await db('services').orderBy('id')).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    expect([await count('api_tokens'), await count('servers'), await count('oauth_clients')]).toEqual([1, 1, 2]);
  });

  test('a managed service without a token gets a new one each time, and loses the old', async () => {
    const first = (await start({ name: 'm', command: ['x'] })).get('m').token!;
    const second = (await start({ name: 'm', command: ['x'] })).get('m').token!;
    expect(second).not.toBe(first);
    expect(await tokens.find(first)).toBeUndefined();
    expect(await tokens.find(second)).toMatchObject({ note: 'generated at startup' });
  });

  test('what is no longer in the config goes, with all that belongs to it', async () => {
    await start({ name: 'web', url: 'http://h', api_token: 'token-of-web' }, { name: 'stays' });
    expect(names(await start({ name: 'stays' }))).toEqual(['stays']);
    expect([await count('api_tokens'), await count('servers'), await count('oauth_clients')]).toEqual([0, 0, 1]);
  });

  test('a service that lost its url loses its OAuth client', async () => {
    await start({ name: 'web', url: 'http://h', oauth_client_id: 'service-other' });
    const service = (await start({ name: 'web', url: '' })).get('web');
    expect(service.oauth).toBeUndefined();
    expect([await count('servers'), await count('oauth_clients')]).toEqual([0, 1]);
  });

  test('a service created through the API keeps its name against the config', async () => {
    await (await start()).create({ name: 'mine', info: { made: 'at runtime' } }, caller());
    const catalogue = await start({ name: 'mine', url: 'http://h' }, { name: 'other' });
    expect(names(catalogue)).toEqual(['other', 'mine']);
    expect(catalogue.get('mine')).toMatchObject({ fromConfig: false, url: '', info: { made: 'at runtime' } });
  });

  test.each([
    [[{ name: 'x', comand: 'y' }], /cannot use JupyterHub.services: because service x: no such service field comand/],
    [[{ name: 'x', url: 'http://h', oauth_client_allowed_scopes: ['read:nothing'] }], /Scope 'read:nothing' for service x does not exist/],
    [[{ name: 'x', api_token: 'same-token' }, { name: 'y', api_token: 'same-token' }], /belong to one user or service/],
  ])('refuses %j', async (services, message) => {
    await expect(start(...services)).rejects.toMatchObject({ code: 'startup', message: message });
  });
});

describe('at runtime', () => {
  test('adds a service that outlives a restart, and removes it without a trace', async () => {
    const first = await start();
    await first.create({ name: 'rt', url: 'https://h/x', api_token: 'token-of-rt', display: false }, caller());
    const catalogue = await start();
    expect(catalogue.get('rt')).toMatchObject({ kind: 'external', origin: 'https://h', prefix: '/services/rt/', display: false, fromConfig: false });
    expect(catalogue.byClientId('service-rt')?.name).toBe('rt');
    await catalogue.remove('rt');
    expect(() => catalogue.get('rt')).toThrow('No such service: rt');
    expect([await count('services'), await count('api_tokens'), await count('servers'), await count('oauth_clients')]).toEqual([0, 0, 0, 1]);
    await expect(catalogue.remove('rt')).rejects.toThrow('Service rt does not exist');
  });

  test('services of the config can be neither replaced nor removed', async () => {
    const catalogue = await start({ name: 'c' });
    await expect(catalogue.create({ name: 'c' }, caller())).rejects.toThrow('Service c already exists');
    await expect(catalogue.remove('c')).rejects.toMatchObject({ code: 'not-modifiable' });
  });

  test.each([
    [{ command: ['sleep'] }, 'Can not create managed service rt at runtime'],
    [{ url: 'ftp://h' }, 'Failed to create service rt'],
    [{ oauth_client_id: 'x', url: 'http://h' }, 'Failed to create service rt'],
    [{ api_token: 'short' }, 'Failed to create service rt'],
    [{ api_token: 'taken-token' }, 'Failed to create service rt'],
    [{ admin: true }, /Not assigning requested scopes .* not held by Service boss/],
    [{ url: 'http://h', oauth_client_allowed_scopes: ['read:users'] }, 'Not assigning requested scopes read:users not held by Service boss'],
    [{ url: 'http://h', oauth_client_allowed_scopes: ['read:nothing'] }, "Scope 'read:nothing' for service rt does not exist"],
  ])('refuses %j, and leaves nothing behind', async (record, message) => {
    const catalogue = await start({ name: 'c', api_token: 'taken-token' });
    const creating = catalogue.create({ name: 'rt', ...record }, caller('admin:services'));
    await expect(creating).rejects.toMatchObject({ code: 'invalid-input' });
    await expect(creating).rejects.toThrow(message);
    expect(catalogue.find('rt')).toBeUndefined();
    expect(await count('services')).toBe(1);
  });

  test('of two that add the same name at once, one is refused', async () => {
    const catalogue = await start();
    const results = await Promise.allSettled([catalogue.create({ name: 'rt' }, caller()), catalogue.create({ name: 'rt' }, caller())]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });

  test('whose creator holds it all may be admin', async () => {
    const admin = ['admin-ui', 'admin:users', 'admin:servers', 'admin:services', 'tokens', 'admin:groups', 'list:services', 'read:services'];
    const held = [...admin, 'read:hub', 'proxy', 'shutdown', 'access:services', 'access:servers', 'read:roles', 'read:metrics', 'shares'];
    const catalogue = await start();
    const service = await catalogue.create({ name: 'rt', admin: true }, caller(...held));
    expect((await catalogue.rolesOf([service])).get(service.id)).toEqual(['admin']);
  });
});
