import type { AuditQuery } from '#hub-client/client';

const OUTCOMES = ['ok', 'denied', 'failed'] as const;

/** Which records are shown, as it stands in the address and in the fields; '' for all. */
export interface AuditFilter {
  actor: string;
  target: string;
  action: string;
  outcome: (typeof OUTCOMES)[number] | '';
  /** As fields for dates and times have it: local time, without a zone. */
  since: string;
  until: string;
}

const text = (params: URLSearchParams, name: string) => params.get(name) ?? '';

/** Reads a filter from an address; what makes no sense is left out. */
export function auditFilterOf(params: URLSearchParams): AuditFilter {
  const moment = (name: string) => (Number.isNaN(Date.parse(text(params, name))) ? '' : text(params, name));
  return {
    actor: text(params, 'actor'),
    target: text(params, 'target'),
    action: text(params, 'action'),
    outcome: OUTCOMES.find((outcome) => outcome === params.get('outcome')) ?? '',
    since: moment('since'),
    until: moment('until'),
  };
}

/** Writes a filter for an address; what is not asked for is left out. */
export const searchOf = (filter: AuditFilter): URLSearchParams => new URLSearchParams(Object.entries(filter).filter(([, value]) => value));

/** The same for the hub, which wants times with their zone. */
export function requestOf({ since, until, ...words }: AuditFilter): AuditQuery {
  const given = Object.entries(words).filter(([, value]) => value);
  const moment = (local: string) => new Date(local).toISOString();
  return { ...(Object.fromEntries(given) as AuditQuery), ...(since && { since: moment(since) }), ...(until && { until: moment(until) }) };
}
