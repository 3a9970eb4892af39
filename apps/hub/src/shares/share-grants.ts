import { Inject, Injectable, Logger } from '@nestjs/common';
import type { ScopeDefinitions } from '#scopes';
import { DATABASE, type Database } from '../database/database.js';
import { InvalidInputError, NotAllowedError, NotFoundError } from '../errors.js';
import { GroupsService } from '../groups/groups.service.js';
import { ScopeCheck } from '../http/scope-check.js';
import type { Caller } from '../identity/caller.js';
import { IdentityCache } from '../identity/identity-cache.js';
import { SCOPE_DEFINITIONS } from '../identity/scope-definitions.js';
import { UsersRepository } from '../users/users.repository.js';
import type { Grantee, Share } from './share.model.js';
import { sharedScopes, type ShareRequest } from './share-request.js';
import { fullName, type SharedServer } from './shared-server.js';
import { SharesRepository } from './shares.repository.js';
import { SharesService } from './shares.service.js';

const log = new Logger('shares');

/** Giving servers to others and taking them back. A share points to rows, not names, so that it survives renaming. */
@Injectable()
export class ShareGrants {
  constructor(
    @Inject(DATABASE) private readonly db: Database,
    @Inject(SCOPE_DEFINITIONS) private readonly definitions: ScopeDefinitions,
    private readonly shares: SharesService,
    private readonly rows: SharesRepository,
    private readonly users: UsersRepository,
    private readonly groups: GroupsService,
    private readonly scopeCheck: ScopeCheck,
    private readonly cache: IdentityCache,
  ) {}

  /**
   * Shares a server with a user or a group, or adds scopes to what they have.
   * @throws InvalidInputError, NotFoundError; NotAllowedError for what the caller does not hold, or for names they may not read
   */
  async grant(owner: string, name: string, request: ShareRequest, caller: Caller): Promise<Share> {
    const scopes = sharedScopes(request.scopes, `${owner}/${name}`, this.definitions);
    const server = await this.shares.shareableServer(owner, name);
    await this.requireHeld(scopes, fullName(server), caller);
    const share = await this.add(server, await this.#grantee(request, caller), scopes);
    this.cache.bump();
    log.log(`Shared ${fullName(server)} with ${request.kind} ${request.name}`);
    return share;
  }

  /** Adds scopes to the share of a server with somebody, or makes it. The caller bumps the identity cache. */
  async add(server: SharedServer, grantee: Pick<Grantee, 'kind' | 'id'>, scopes: readonly string[], db: Database = this.db): Promise<Share> {
    return db.transaction(async (trx) => {
      if (!(await this.rows.lockServer(server.id, trx))) throw new NotFoundError(`No such server: ${fullName(server)}`);
      const known = await this.rows.between(server.id, grantee, trx);
      if (known) await this.rows.setScopes(known.id, [...new Set([...known.scopes, ...scopes])].sort(), trx);
      else await this.rows.insert(server, grantee, scopes, trx);
      return (await this.rows.between(server.id, grantee, trx))!;
    });
  }

  /**
   * Takes scopes back from a user or a group, all of them when none are named.
   * @returns what is left; undefined when nothing is, or nothing was there
   */
  async revoke(owner: string, name: string, { kind, name: from, scopes }: ShareRequest): Promise<Share | undefined> {
    const server = await this.shares.server(owner, name);
    const row = await this.#find(kind, from);
    if (!row) return undefined;
    const left = await this.#take(server, { kind, id: row.id }, scopes);
    this.cache.bump();
    log.log(`Took ${left ? 'some scopes' : 'the share'} of ${fullName(server)} from ${kind} ${from}`);
    return left;
  }

  /** Takes a server back from everybody. */
  async revokeAll(owner: string, name: string): Promise<void> {
    const server = await this.shares.server(owner, name);
    await this.rows.deleteOfServer(server.id);
    this.cache.bump();
    log.log(`Took all shares of ${fullName(server)} back`);
  }

  /** Nobody grants what they do not hold themselves. @throws NotAllowedError */
  async requireHeld(scopes: readonly string[], server: string, caller: Caller): Promise<void> {
    for (const scope of scopes) {
      const base = scope.slice(0, scope.indexOf('!'));
      if (await this.scopeCheck.holds(caller, [base], { kind: 'server', name: server })) continue;
      throw new NotAllowedError(`Do not have permission to grant share with scope ${scope}`);
    }
  }

  async #take(server: SharedServer, grantee: Pick<Grantee, 'kind' | 'id'>, scopes: readonly string[]): Promise<Share | undefined> {
    return this.db.transaction(async (trx) => {
      await this.rows.lockServer(server.id, trx);
      const share = await this.rows.between(server.id, grantee, trx);
      if (!share) return undefined;
      const left = scopes.length > 0 ? share.scopes.filter((scope) => !scopes.includes(scope)) : [];
      if (left.length > 0) await this.rows.setScopes(share.id, left, trx);
      else await this.rows.delete(share.id, trx);
      return left.length > 0 ? { ...share, scopes: left } : undefined;
    });
  }

  /** Whether there is such a user or group is told to those only who may read the name. */
  async #grantee({ kind, name }: ShareRequest, caller: Caller): Promise<Pick<Grantee, 'kind' | 'id'>> {
    const scope = `read:${kind}s:name`;
    if (!(await this.scopeCheck.holds(caller, [scope], { kind, name }))) {
      throw new NotAllowedError(`Need scope '${scope}' to share with ${kind}s by name`);
    }
    const row = await this.#find(kind, name);
    if (!row) throw new InvalidInputError(`No such ${kind}: ${name}`);
    return { kind, id: row.id };
  }

  async #find(kind: Grantee['kind'], name: string): Promise<{ id: number } | undefined> {
    return kind === 'user' ? this.users.byName(name) : this.groups.find(name);
  }
}
