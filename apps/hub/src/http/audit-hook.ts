import type { FastifyReply, FastifyRequest } from 'fastify';
import { type AuditEntry, auditEntry, onlyReads } from './audit-entry.js';
import { noteForAudit } from './audit-note.js';
import type { HubRequest } from './hub-request.js';
import { addressOf } from './request-log.js';

/** A hook that notes from where a change is asked for: once the client has hung up, nobody can tell. */
export function auditAddress(request: FastifyRequest, _reply: FastifyReply, done: () => void): void {
  if (!onlyReads(request.method)) noteForAudit(request as HubRequest, { address: addressOf(request) });
  done();
}

/**
 * A hook that has each answer recorded that changed something or was a denial, once. Not when the client has it: what was done was done,
 * whether or not somebody still waits to hear of it.
 */
export function auditHook(record: (entry: AuditEntry) => void) {
  return (request: FastifyRequest, reply: FastifyReply, payload: unknown, done: (error: null, payload: unknown) => void): void => {
    const asked = request as HubRequest;
    if (!asked.isRecorded) {
      const entry = auditEntry(asked, reply.statusCode);
      if (entry) record(entry);
      asked.isRecorded = entry !== undefined;
    }
    done(null, payload);
  };
}
