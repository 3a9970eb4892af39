import { randomBytes } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { ScopeDefinitions } from '#scopes';
import { DATABASE, type Database } from '../database/database.js';
import { InvalidInputError, NotAllowedError, NotFoundError } from '../errors.js';
import type { Caller } from '../identity/caller.js';
import { IdentityCache } from '../identity/identity-cache.js';
import { SCOPE_DEFINITIONS } from '../identity/scope-definitions.js';
import { type ShareCode, shareCodeRowId } from './share-code.model.js';
import { ShareCodesRepository } from './share-codes.repository.js';
import { ShareGrants } from './share-grants.js';
import { sharedScopes } from './share-request.js';
import { fullName, type OnServers, type SharedServer } from './shared-server.js';
import { SharesService } from './shares.service.js';

const SECRET_BYTES = 32;
const OWN_SERVER = "You can't share with yourself!";

const log = new Logger('shares');

/** Codes that are handed to people of whom the owner need not know the names (reference rest-api 1.8). */
@Injectable()
export class ShareCodesService {
  constructor(
    @Inject(DATABASE) private readonly db: Database,
    @Inject(SCOPE_DEFINITIONS) private readonly definitions: ScopeDefinitions,
    private readonly codes: ShareCodesRepository,
    private readonly shares: SharesService,
    private readonly grants: ShareGrants,
    private readonly cache: IdentityCache,
  ) {}

  async list(where: OnServers, { offset, limit }: { offset: number; limit: number }): Promise<{ codes: ShareCode[]; total: number }> {
    return this.codes.list(where, offset, limit);
  }

  /**
   * Makes a code.
   * @returns the code and its secret, which is told this once
   * @throws InvalidInputError; NotAllowedError for what the caller does not hold, before NotFoundError for the server
   */
  async create(owner: string, name: string, request: { scopes: string[]; expiresIn: number }, caller: Caller): Promise<{ code: ShareCode; secret: string }> {
    const scopes = sharedScopes(request.scopes, `${owner}/${name}`, this.definitions);
    await this.grants.requireHeld(scopes, `${owner}/${name}`, caller);
    const server = await this.shares.shareableServer(owner, name);
    const secret = randomBytes(SECRET_BYTES).toString('base64url');
    const code = await this.codes.insert(server, secret, scopes, new Date(Date.now() + request.expiresIn * 1000));
    log.log(`Made share code sc_${code.id} of ${fullName(server)}`);
    return { code, secret };
  }

  /** Deletes the code of this secret. @throws NotFoundError when the server has no such code */
  async removeBySecret(owner: string, name: string, secret: string): Promise<void> {
    await this.#remove(await this.shares.server(owner, name), await this.codes.bySecret(secret), 'No matching code found');
  }

  /** Deletes the code of this id (`sc_1`). @throws NotFoundError when the server has no such code */
  async removeById(owner: string, name: string, id: string): Promise<void> {
    const rowId = shareCodeRowId(id);
    const code = rowId === undefined ? undefined : await this.codes.byId(rowId);
    await this.#remove(await this.shares.server(owner, name), code, `No code found matching id=${id}`);
  }

  async removeAll(owner: string, name: string): Promise<void> {
    await this.codes.deleteOfServer((await this.shares.server(owner, name)).id);
  }

  /** What a code would give to this person. @throws NotFoundError; NotAllowedError for their own server */
  async offer(secret: string, to: { id: number }): Promise<ShareCode> {
    const code = await this.codes.bySecret(secret);
    if (!code) throw new NotFoundError('Share not found or expired');
    if (code.server.owner.id === to.id) throw new NotAllowedError(OWN_SERVER);
    return code;
  }

  /**
   * Shares the server of the code with this person.
   * @throws InvalidInputError for a code that is unknown or expired, and for their own server
   */
  async accept(secret: string, by: { id: number; name: string }): Promise<SharedServer> {
    const code = await this.codes.bySecret(secret);
    if (!code) throw new InvalidInputError('Invalid share code');
    if (code.server.owner.id === by.id) throw new InvalidInputError(OWN_SERVER);
    await this.db.transaction(async (trx) => {
      if (!(await this.codes.noteExchange(code.id, trx))) throw new InvalidInputError('Invalid share code');
      await this.grants.add(code.server, { kind: 'user', id: by.id }, code.scopes, trx);
    });
    this.cache.bump();
    log.log(`Shared ${fullName(code.server)} with user ${by.name}, who had code sc_${code.id}`);
    return code.server;
  }

  async #remove(server: SharedServer, code: ShareCode | undefined, missing: string): Promise<void> {
    if (code?.server.id !== server.id) throw new NotFoundError(missing);
    await this.codes.delete(code.id);
    log.log(`Deleted share code sc_${code.id} of ${fullName(server)}`);
  }
}
