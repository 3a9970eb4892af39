import type { AuditRow } from '../database/tables.js';
import { fromDbBoolean, toWireTime } from '../database/values.js';

/** A record as the API shows it. */
export interface AuditModel {
  id: number;
  time: string;
  actor: { kind: string; name: string };
  on_behalf_of: string | null;
  via: string | null;
  address: string | null;
  method: string;
  route: string;
  action: string;
  target: { kind: string; name: string } | null;
  status: number;
  outcome: 'ok' | 'denied' | 'failed';
  reason: string | null;
}

export function auditModel(row: AuditRow): AuditModel {
  const { id, actor, behalf, via, address, method, route, action, target, status, reason } = row;
  return {
    id,
    time: toWireTime(row.at)!,
    actor: { kind: row.actor_kind, name: actor },
    on_behalf_of: behalf,
    via,
    address,
    method,
    route,
    action,
    target: target === null ? null : { kind: row.target_kind!, name: target },
    status,
    outcome: outcomeOf(row),
    reason,
  };
}

/** The same as it is shown to the person it concerns: where others sit, and by which token they come, is theirs. */
export function ownAuditModel(row: AuditRow, name: string): AuditModel {
  const model = auditModel(row);
  const isOther = row.actor_kind !== 'anonymous' && row.behalf !== name && !(row.actor_kind === 'user' && row.actor === name);
  return isOther ? { ...model, address: null, via: null } : model;
}

function outcomeOf({ denied, status }: AuditRow): AuditModel['outcome'] {
  if (fromDbBoolean(denied)) return 'denied';
  return status < 400 ? 'ok' : 'failed';
}
