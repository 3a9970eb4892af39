import { Injectable, Logger } from '@nestjs/common';
import { NotFoundError } from '../errors.js';
import { GroupsService } from '../groups/groups.service.js';
import { IdentityCache } from '../identity/identity-cache.js';
import { ServersService } from '../servers/servers.service.js';
import { UsersService } from '../users/users.service.js';
import type { Grantee, Share } from './share.model.js';
import { ShareCodesRepository } from './share-codes.repository.js';
import type { SharedServer } from './shared-server.js';
import { SharesRepository, type WhichShares } from './shares.repository.js';

const log = new Logger('shares');

/** Which servers are shared with whom (reference rest-api 1.8). */
@Injectable()
export class SharesService {
  constructor(
    private readonly shares: SharesRepository,
    private readonly codes: ShareCodesRepository,
    private readonly servers: ServersService,
    private readonly users: UsersService,
    private readonly groups: GroupsService,
    private readonly cache: IdentityCache,
  ) {}

  async list(which: WhichShares, { offset, limit }: { offset: number; limit: number }): Promise<{ shares: Share[]; total: number }> {
    return this.shares.list(which, offset, limit);
  }

  /** @throws NotFoundError */
  async ownerId(name: string): Promise<number> {
    return (await this.users.get(name)).id;
  }

  /** @throws NotFoundError; everybody has a default server */
  async server(owner: string, name: string): Promise<SharedServer> {
    const server = await this.shares.server(owner, name);
    if (!server) throw new NotFoundError(`No such server: ${owner}/${name}`);
    return server;
  }

  /** As `server`, with a row that shares can point to. */
  async shareableServer(owner: string, name: string): Promise<SharedServer> {
    const server = await this.server(owner, name);
    return server.id === 0 ? { ...server, id: (await this.servers.idOf(server.owner, name))! } : server;
  }

  /** @throws NotFoundError */
  async receiver(kind: Grantee['kind'], name: string): Promise<Grantee> {
    const row = kind === 'user' ? await this.users.get(name) : await this.groups.get(name);
    return { kind, id: row.id, name };
  }

  /** @throws NotFoundError; shares with the groups of a user are not the user's own */
  async received(grantee: Grantee, owner: string, name: string): Promise<Share> {
    const server = await this.shares.server(owner, name);
    const share = server && (await this.shares.between(server.id, grantee));
    if (!share) throw new NotFoundError(`No such share for ${grantee.kind} ${grantee.name} on ${owner}/${name}`);
    return share;
  }

  /** The receiver does not want it any more. @throws NotFoundError */
  async leave(grantee: Grantee, owner: string, name: string): Promise<void> {
    await this.shares.delete((await this.received(grantee, owner, name)).id);
    this.cache.bump();
    log.log(`The ${grantee.kind} ${grantee.name} left ${owner}/${name}`);
  }

  /** Deletes what has expired; a step of the purge loop. */
  async purgeExpired(): Promise<void> {
    const now = new Date();
    const [shares, codes] = [await this.shares.purgeExpired(now), await this.codes.purgeExpired(now)];
    if (shares > 0) this.cache.bump();
    if (shares + codes > 0) log.log(`Deleted ${shares} expired shares and ${codes} expired share codes`);
  }
}
