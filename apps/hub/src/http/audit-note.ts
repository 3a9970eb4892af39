import type { Caller } from '../identity/caller.js';
import type { HubRequest } from './hub-request.js';

/** Whom or what something was done to; a server's name is `user/server`. */
export interface AuditTarget {
  kind: 'user' | 'server' | 'group' | 'service' | 'client';
  name: string;
}

/** What a handler knows of a request for its record that cannot be seen from outside. */
export interface AuditNote {
  /** From where it came, as long as that was known. */
  address?: string;
  /** For requests that change something although their method does not say so. */
  action?: string;
  /** Where the path does not name it. */
  target?: AuditTarget;
  /** Row id of the user concerned, where their name is another one, or nobody's, afterwards. */
  targetUserId?: number;
  /** Who turned out to ask, where neither token nor cookie says so. */
  actor?: Caller | { clientId: string; user: string | null };
  /** Why it was denied, for people. */
  denial?: string;
}

/** Adds to what is known of a request. */
export function noteForAudit(request: HubRequest, note: AuditNote): void {
  request.audit = { ...request.audit, ...note };
}
