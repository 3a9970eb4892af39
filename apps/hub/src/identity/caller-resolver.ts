import { Inject, Injectable } from '@nestjs/common';
import { type Owner, type ParsedScopes, printScopes } from '#scopes';
import { HUB_CONFIG, HUB_URLS } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import { type HubUrls, serverPath } from '../config/urls.js';
import { READS, type Reads } from '../database/reads.js';
import type { ApiTokenRow, ServiceRow, UserRow } from '../database/tables.js';
import { fromDbBoolean, fromDbTime } from '../database/values.js';
import { Activity, type ActivityKind } from './activity.js';
import type { Caller, OwnerFacts } from './caller.js';
import { EffectiveScopes } from './effective-scopes.js';
import { EndedSessions } from './ended-sessions.js';
import { GrantsRepository } from './grants.repository.js';
import { IdentityCache } from './identity-cache.js';
import { RolesRepository } from './roles.repository.js';
import { type TokenOwner, TokenStore } from './token-store.js';

/** Requests that a server makes for itself say nothing about the person's activity (reference rest-api, section 6). */
const SERVER_TOKEN_NOTE = 'Server at ';

const MOST_SEEN = 100_000;

type KnownOwner = Owner & TokenOwner & { admin: boolean; facts: OwnerFacts };

/** From a token or a login cookie to a `Caller`; undefined for secrets that nobody was given. */
@Injectable()
export class CallerResolver {
  /** When activity was last recorded, by kind and id, so that each is recorded once per `activity_resolution`. */
  readonly #seen = new Map<string, number>();

  constructor(
    @Inject(READS) private readonly reads: Reads,
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    @Inject(HUB_URLS) private readonly urls: HubUrls,
    private readonly tokens: TokenStore,
    private readonly scopes: EffectiveScopes,
    private readonly roles: RolesRepository,
    private readonly grants: GrantsRepository,
    private readonly cache: IdentityCache,
    private readonly activity: Activity,
    private readonly ended: EndedSessions,
  ) {}

  async byToken(token: string): Promise<Caller | undefined> {
    const cached = this.cache.get(`token:${token}`);
    const caller = cached ?? (await this.#loadByToken(token));
    if (caller) this.#noteTokenUse(caller);
    return caller;
  }

  /** @param sessionId the browser session the cookie came with */
  async byCookie(cookieId: string, sessionId: string): Promise<Caller | undefined> {
    const caller = await this.#ofSession(cookieId, sessionId);
    if (caller) this.#note('users', caller.id);
    return caller;
  }

  /** Somebody who came a while ago, as they are now: undefined when their token or session has ended. Waiting is no activity. */
  async again({ kind, id, token, session }: Caller): Promise<Caller | undefined> {
    if (session) return this.#ofSession(session.cookieId, session.id);
    const row = token && (await this.tokens.findById(token.id));
    const caller = row && (await this.#callerOf(row));
    // SQLite may give the id of a token that is gone to the next one
    return caller?.kind === kind && caller.id === id ? caller : undefined;
  }

  /** Somebody who has just proved who they are, without a token or a cookie. */
  async ofUser(row: UserRow): Promise<Caller> {
    const owner = knownOwner(await this.#factsOfUser(row));
    return identity(owner, await this.scopes.ofOwner(owner));
  }

  async #loadByToken(token: string): Promise<Caller | undefined> {
    const { version } = this.cache;
    const row = await this.tokens.find(token);
    const caller = row && (await this.#callerOf(row));
    if (caller) this.cache.set(`token:${token}`, caller, version, fromDbTime(row.expires_at)?.getTime());
    return caller;
  }

  async #callerOf(row: ApiTokenRow): Promise<Caller | undefined> {
    // a token without a client is a leftover of an old schema and gives no access
    const owner = row.client_id === null ? undefined : await this.#ownerOf(row);
    if (!owner) return undefined;
    return {
      ...identity(owner, await this.scopes.ofToken(row, owner)),
      token: { id: row.id, clientId: row.client_id!, sessionId: row.session_id, ...(await this.#serverOf(row, owner)) },
    };
  }

  async #ofSession(cookieId: string, sessionId: string): Promise<Caller | undefined> {
    if (this.ended.has(sessionId)) return undefined;
    const key = `cookie:${cookieId}:${sessionId}`;
    return this.cache.get(key) ?? this.#loadByCookie(key, cookieId, sessionId);
  }

  async #serverOf({ note }: ApiTokenRow, owner: KnownOwner): Promise<{ isServerToken: boolean; serverId?: number; serverName?: string }> {
    if (owner.kind !== 'user' || !note?.startsWith(SERVER_TOKEN_NOTE)) return { isServerToken: false };
    const prefix = note.slice(SERVER_TOKEN_NOTE.length);
    const rows = await this.reads.all<{ id: number; name: string | null }>('SELECT id, name FROM spawners WHERE user_id = ?', owner.id);
    const server = rows.find(({ name }) => serverPath(this.urls.baseUrl, owner.name, name ?? '') === prefix);
    return { isServerToken: true, ...(server && { serverId: server.id, serverName: server.name ?? '' }) };
  }

  async #loadByCookie(key: string, cookieId: string, sessionId: string): Promise<Caller | undefined> {
    const { version } = this.cache;
    const row = await this.reads.first<UserRow>('SELECT * FROM users WHERE cookie_id = ?', cookieId);
    if (!row) return undefined;
    const owner = knownOwner(await this.#factsOfUser(row));
    const caller: Caller = { ...identity(owner, await this.scopes.ofOwner(owner)), session: { id: sessionId, cookieId } };
    this.cache.set(key, caller, version);
    return caller;
  }

  async #ownerOf(token: ApiTokenRow): Promise<KnownOwner | undefined> {
    if (token.user_id !== null) {
      const row = await this.reads.first<UserRow>('SELECT * FROM users WHERE id = ?', token.user_id);
      return row && knownOwner(await this.#factsOfUser(row));
    }
    const row = await this.reads.first<ServiceRow>('SELECT * FROM services WHERE id = ?', token.service_id);
    if (!row) return undefined;
    const roles = await this.roles.namesByHolder('service', [row.id]);
    return knownOwner({ kind: 'service', row, roles: roles.get(row.id) ?? [] });
  }

  async #factsOfUser(row: UserRow): Promise<OwnerFacts> {
    const [roles, groups] = await Promise.all([this.roles.namesByHolder('user', [row.id]), this.grants.groupsByUser([row.name])]);
    return { kind: 'user', row, roles: roles.get(row.id) ?? [], groups: groups.get(row.name) ?? [] };
  }

  /** Notes a call that a server makes with its own token; its reports are noted by what they say. */
  noteServerCall({ token }: Caller): void {
    const id = token?.serverId;
    if (id !== undefined) this.#onceInAWhile(`server:${id}`, (now) => this.activity.sawServer(id, 'api', now));
  }

  #noteTokenUse(caller: Caller): void {
    this.#note('api_tokens', caller.token!.id);
    if (caller.kind === 'user' && !caller.token!.isServerToken) this.#note('users', caller.id);
  }

  #note(kind: ActivityKind, id: number): void {
    this.#onceInAWhile(`${kind}:${id}`, (now) => this.activity.record(kind, id, now));
  }

  #onceInAWhile(key: string, note: (now: Date) => void): void {
    const now = Date.now();
    if (now - (this.#seen.get(key) ?? -Infinity) < this.config.JupyterHub.activity_resolution * 1000) return;
    if (this.#seen.size > MOST_SEEN) this.#seen.clear();
    this.#seen.set(key, now);
    note(new Date(now));
  }
}

function identity(owner: KnownOwner, parsed: ParsedScopes): Omit<Caller, 'token' | 'session'> {
  return { kind: owner.kind, id: owner.id, name: owner.name, admin: owner.admin, facts: owner.facts, scopes: printScopes(parsed), parsed };
}

function knownOwner(facts: OwnerFacts): KnownOwner {
  const { id, name, admin } = facts.row;
  return { kind: facts.kind, id, name, admin: fromDbBoolean(admin), facts };
}
