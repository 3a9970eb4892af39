import type { Owner, ParsedScopes } from '#scopes';
import type { ServiceRow, UserRow } from '../database/tables.js';

/** What is known of a caller beyond the name, as of the last write to users, groups, roles, tokens or services. */
export type OwnerFacts =
  | { kind: 'user'; row: UserRow; roles: string[]; groups: string[] }
  | { kind: 'service'; row: ServiceRow; roles: string[] };

/** Who makes a request, and what they may do: the outcome of authentication, whichever way it came about. */
export interface Caller {
  kind: 'user' | 'service';
  facts: OwnerFacts;
  /** Row id in `users` or `services`. */
  id: number;
  name: string;
  admin: boolean;
  /** Effective scopes, expanded, as sorted strings. */
  scopes: readonly string[];
  /** The same scopes, parsed for checks. */
  parsed: ParsedScopes;
  /** Set when a token was used; `serverId` and `serverName` when it is a server's own. */
  token?: { id: number; clientId: string; sessionId: string | null; isServerToken: boolean; serverId?: number; serverName?: string };
  /** Set when the login cookie was used: the browser session. */
  session?: { id: string; cookieId: string };
}

export const ownerOf = (caller: Pick<Caller, 'kind' | 'name'>): Owner => ({ kind: caller.kind, name: caller.name });
