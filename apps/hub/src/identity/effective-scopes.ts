import { Inject, Injectable } from '@nestjs/common';
import {
  accessScope,
  expandParsed,
  type FilterKind,
  identifyScopes,
  intersectScopes,
  type Owner,
  type ParsedScopes,
  type ScopeDefinitions,
} from '#scopes';
import type { ApiTokenRow } from '../database/tables.js';
import { fromDbJson } from '../database/values.js';
import { GrantsRepository } from './grants.repository.js';
import { SCOPE_DEFINITIONS } from './scope-definitions.js';
import { API_CLIENT, type TokenOwner } from './token-store.js';

/** What an identity may do right now (reference rest-api 3.4). */
@Injectable()
export class EffectiveScopes {
  constructor(
    private readonly grants: GrantsRepository,
    @Inject(SCOPE_DEFINITIONS) private readonly definitions: ScopeDefinitions,
  ) {}

  /** Everything the owner's roles grant, and what others share with them and their groups. */
  async ofOwner(owner: Owner & TokenOwner): Promise<ParsedScopes> {
    const shared = owner.kind === 'user' ? this.grants.sharedScopes(owner.id) : [];
    const raw = await Promise.all([this.grants.rawScopes(owner), shared]);
    return expandParsed(raw.flat(), { definitions: this.definitions, owner });
  }

  /**
   * What a token grants: its own scopes, cut to what its owner holds at this moment.
   * @param held what `ofOwner` says, where that is known already
   */
  async ofToken(row: Pick<ApiTokenRow, 'scopes' | 'client_id'>, owner: Owner & TokenOwner, held?: ParsedScopes): Promise<ParsedScopes> {
    held ??= await this.ofOwner(owner);
    const stored = fromDbJson<string[]>(row.scopes, []);
    return stored.includes('inherit') ? held : this.cut(await this.#expandStored(stored, row.client_id, owner), held);
  }

  /** The intersection, with group memberships looked up where a group filter meets a user or server. */
  async cut(wanted: ParsedScopes, held: ParsedScopes): Promise<ParsedScopes> {
    const groups = hasFilter(wanted, 'group') || hasFilter(held, 'group') ? await this.grants.groupsByUser(usersNamedIn(wanted, held)) : undefined;
    return intersectScopes(wanted, held, groups && ((user) => groups.get(user) ?? []));
  }

  async #expandStored(stored: string[], clientId: string | null, owner: Owner): Promise<ParsedScopes> {
    const client = clientId && clientId !== API_CLIENT ? await this.grants.clientTarget(clientId) : undefined;
    const raw = [...stored, ...identifyScopes(owner), ...[client && accessScope(client)].filter((scope) => scope !== undefined)];
    return expandParsed(raw, { definitions: this.definitions, owner, client });
  }
}

function filtersOf(scopes: ParsedScopes, kind: FilterKind): string[] {
  return [...scopes.values()].flatMap((filters) => (filters === 'all' ? [] : [...(filters.get(kind) ?? [])]));
}

const hasFilter = (scopes: ParsedScopes, kind: FilterKind): boolean => filtersOf(scopes, kind).length > 0;

function usersNamedIn(...sets: ParsedScopes[]): string[] {
  const users = sets.flatMap((scopes) => [...filtersOf(scopes, 'user'), ...filtersOf(scopes, 'server').map((server) => server.split('/')[0]!)]);
  return [...new Set(users)];
}
