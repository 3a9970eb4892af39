import { type CallOptions, json } from './call.js';
import { groupPath, quoteName, userPath } from './names.js';
import { pages } from './paging.js';
import type { NewShareCode, Receiver, Share, ShareCode } from './share-models.js';
import type { Transport } from './transport.js';

/** What every list of shares takes. */
export type ListSharesOptions = CallOptions & { limit?: number };

/** Shares and share codes of servers; '' is the name of a default server. Lists are fetched page by page as they are needed. */
export class SharesClient {
  constructor(private readonly hub: Transport) {}

  /** With whom somebody shares their servers; with `server`, that server. */
  list(owner: string, server?: string, options: ListSharesOptions = {}): AsyncGenerator<Share, void, undefined> {
    return this.#list('/shares', owner, server, options);
  }

  /** Shares a server. Without scopes: entering it. */
  grant = (owner: string, server: string, fields: Receiver & { scopes?: string[] }, options: CallOptions = {}) =>
    json<Share>(this.hub, 'POST', serverOf('/shares', owner, server), fields, options);

  /**
   * Takes scopes back; without scopes, all of them.
   *
   * @returns what is left; undefined when nothing is
   */
  async revoke(owner: string, server: string, fields: Receiver & { scopes?: string[] }, options: CallOptions = {}) {
    const left = await json<Share | Record<string, never>>(this.hub, 'PATCH', serverOf('/shares', owner, server), fields, options);
    return 'server' in left ? (left as Share) : undefined;
  }

  /** Shares a server with nobody any more. */
  revokeAll = (owner: string, server: string, options: CallOptions = {}) =>
    json<void>(this.hub, 'DELETE', serverOf('/shares', owner, server), undefined, options);

  /** What others share with a user, also by their groups. */
  withUser = (user: string, { signal, ...query }: ListSharesOptions = {}) =>
    pages<Share>(this.hub, `${userPath(user)}/shared`, { query, signal });

  getWithUser = (user: string, owner: string, server: string, options: CallOptions = {}) =>
    json<Share>(this.hub, 'GET', serverOf(`${userPath(user)}/shared`, owner, server), undefined, options);

  /** The user leaves a share. */
  leaveAsUser = (user: string, owner: string, server: string, options: CallOptions = {}) =>
    json<void>(this.hub, 'DELETE', serverOf(`${userPath(user)}/shared`, owner, server), undefined, options);

  /** What others share with a group. */
  withGroup = (group: string, { signal, ...query }: ListSharesOptions = {}) =>
    pages<Share>(this.hub, `${groupPath(group)}/shared`, { query, signal });

  getWithGroup = (group: string, owner: string, server: string, options: CallOptions = {}) =>
    json<Share>(this.hub, 'GET', serverOf(`${groupPath(group)}/shared`, owner, server), undefined, options);

  /** The group leaves a share. */
  leaveAsGroup = (group: string, owner: string, server: string, options: CallOptions = {}) =>
    json<void>(this.hub, 'DELETE', serverOf(`${groupPath(group)}/shared`, owner, server), undefined, options);

  /** Codes for somebody's servers; with `server`, for that server. */
  codes(owner: string, server?: string, options: ListSharesOptions = {}): AsyncGenerator<ShareCode, void, undefined> {
    return this.#list('/share-codes', owner, server, options);
  }

  /** Makes a code; `expires_in` in seconds, a day when left out. Without scopes it lets people enter the server. */
  createCode = (
    owner: string,
    server: string,
    fields: { scopes?: string[]; expires_in?: number } = {},
    options: CallOptions = {},
  ) => json<NewShareCode>(this.hub, 'POST', serverOf('/share-codes', owner, server), fields, options);

  /** Withdraws the code with this id or secret; with neither, all codes of the server. */
  async deleteCodes(owner: string, server: string, which: { id?: string; code?: string } = {}, { signal }: CallOptions = {}) {
    await this.hub.send('DELETE', serverOf('/share-codes', owner, server), { query: { ...which }, signal });
  }

  #list<T>(route: string, owner: string, server: string | undefined, { signal, ...query }: ListSharesOptions) {
    const path = server === undefined ? `${route}/${quoteName(owner)}` : serverOf(route, owner, server);
    return pages<T>(this.hub, path, { query, signal });
  }
}

/** The default server is the empty last segment. */
const serverOf = (route: string, owner: string, server: string) => `${route}/${quoteName(owner)}/${quoteName(server)}`;
