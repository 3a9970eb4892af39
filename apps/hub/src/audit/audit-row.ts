import { toDbTime } from '../database/values.js';
import type { AuditEntry } from '../http/audit-entry.js';
import type { NewAuditRow } from './audit.repository.js';

/** A record as it is stored, and the name of the user whom it concerns. */
export interface PreparedRow {
  row: NewAuditRow;
  targetUser: string | null;
}

export function auditRow({ at, actor, behalf, via, address, method, route, action, target, targetUserId, status, denied, reason }: AuditEntry): PreparedRow {
  const row = {
    at: toDbTime(at),
    actor_kind: actor.kind,
    actor: fit(actor.name, 511),
    behalf: behalf && fit(behalf, 255),
    via,
    address,
    method,
    route,
    action,
    target_kind: target?.kind ?? null,
    target: target && fit(target.name, 511),
    target_user_id: targetUserId,
    status,
    denied,
    reason: reason && fit(reason, 255),
  };
  return { row, targetUser: targetUserOf(target) };
}

/** What stands for records that there was no room for. */
export function lossEntry(count: number): AuditEntry {
  const nobody = { actor: { kind: 'hub', name: '' }, behalf: null, via: null, target: null, targetUserId: null } as const;
  const reason = `${count} records were lost while the database was away`;
  return { at: new Date(), ...nobody, address: '', method: '', route: '', action: 'audit.lost', status: 503, denied: true, reason };
}

function targetUserOf(target: AuditEntry['target']): string | null {
  if (target?.kind === 'user') return target.name;
  return target?.kind === 'server' ? target.name.slice(0, target.name.indexOf('/')) : null;
}

/** No longer than its column, and without what databases cannot hold: much of it was typed by strangers. */
function fit(text: string, length: number): string {
  if (text.length <= length && !UNFIT.test(text)) return text;
  return [...text.replace(new RegExp(UNFIT, 'gu'), '\uFFFD')].slice(0, length).join('');
}

const UNFIT = /[\0\p{Cs}]/u;
