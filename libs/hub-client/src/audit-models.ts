import type { Timestamp } from './models.js';

/** Which records; each part that is there has to hold. */
export interface AuditQuery {
  /** Who did it: a name, or `kind:name`. */
  actor?: string;
  /** Whom or what it was done to: a name, or `kind:name`, e.g. `server:ada/lab`. */
  target?: string;
  /** E.g. `server.start`. */
  action?: string;
  outcome?: AuditRecord['outcome'];
  /** From this moment on. */
  since?: Timestamp;
  /** Before this moment. */
  until?: Timestamp;
  /** `next` of the page before. */
  before?: string;
  limit?: number;
}

/** Who did what to whom; names are those of that time. */
export interface AuditRecord {
  id: number;
  time: Timestamp;
  actor: { kind: 'user' | 'service' | 'server' | 'client' | 'anonymous' | 'unknown' | 'hub'; name: string };
  /** The user for whom a server or service acted. */
  on_behalf_of: string | null;
  /** `token a12`, or `session` and a digest; null to whom it concerns, for others. */
  via: string | null;
  /** From where; null to whom it concerns, for others. */
  address: string | null;
  method: string;
  route: string;
  action: string;
  target: { kind: 'user' | 'server' | 'group' | 'service' | 'client'; name: string } | null;
  status: number;
  outcome: 'ok' | 'denied' | 'failed';
  /** Of a denial. */
  reason: string | null;
}

export interface AuditPage {
  /** The newest first. */
  items: AuditRecord[];
  /** `before` of the next page; null on the last one. */
  next: string | null;
}
