import { hasScope, type ParsedScopes } from '#scopes';
import type { Ending, ProcessState } from '#process';
import type { ServiceRow, ServiceRunRow } from '../database/tables.js';
import { fromDbBoolean, fromDbJson, fromDbTime, toWireTime } from '../database/values.js';
import type { Schedule } from './schedule.js';
import type { ServiceEvent } from './service-history.js';
import type { ProbeFindings, ServiceFindings } from './service-probes.js';
import type { Service } from './service.js';

/** A service as the API shows it (reference rest-api 2.4); fields that the caller may not see are absent. */
export type ServiceModel = Record<string, unknown> & { kind: 'service'; name: string; admin: boolean };

/** How a managed service runs just now. */
export interface ServiceRun {
  state: ProcessState;
  /** Why it is in this state, in words. */
  reason: string;
  since: Date;
  /** Services that it waits for before it is started. */
  waitingFor: readonly string[];
  /** Since it was last started by request. */
  restarts: number;
  /** Restarts in a row after which it has failed; 0: never. */
  startLimit: number;
  pid: number;
  /** Set while it waits to be started again, or for the next time of its schedule. */
  nextStart?: Date;
  lastEnding?: Ending;
  /** Of a service that runs at times: when, and its last run. */
  schedule?: Schedule & { lastRun: ServiceRunRow };
  /** The last changes of state, the oldest first. */
  events: readonly ServiceEvent[];
  /** Of its probes, when it has some. */
  findings?: ServiceFindings;
}

export interface ServiceFacts {
  service: Service;
  roles: string[];
  /** Absent for external services. */
  run?: ServiceRun;
}

const ANY_OF = ['read:services', 'read:services:name', 'read:roles:services'] as const;

/** The model of a service for a caller with these scopes; undefined when the caller may see nothing of it. */
export function serviceModel({ service, roles, run }: ServiceFacts, scopes: ParsedScopes): ServiceModel | undefined {
  const { name, admin, url, prefix, command, info, display } = service;
  if (!ANY_OF.some((scope) => may(scopes, scope, name))) return undefined;
  const details = { url, prefix, command, pid: run?.pid ?? 0, info, display, ...(run && { elara: runModel(run) }) };
  return modelOf({ name, admin }, roles, details, scopes);
}

/** The model of a token's owner, of whom at least the name is known: values come from the row, so what was never set is null. */
export function serviceRowModel(row: ServiceRow, roles: string[], scopes: ParsedScopes): ServiceModel {
  const details = {
    url: row.url,
    prefix: '',
    command: fromDbJson<string[]>(row.command, []),
    pid: row.pid ?? 0,
    info: fromDbJson<unknown>(row.info, null),
    display: row.display === null ? null : fromDbBoolean(row.display),
  };
  return modelOf({ name: row.name, admin: fromDbBoolean(row.admin) }, roles, details, scopes);
}

function modelOf(base: { name: string; admin: boolean }, roles: string[], details: object, scopes: ParsedScopes): ServiceModel {
  return {
    kind: 'service',
    ...base,
    ...(may(scopes, 'read:services', base.name) && details),
    ...(may(scopes, 'read:roles:services', base.name) && { roles }),
  };
}

const may = (scopes: ParsedScopes, scope: string, name: string): boolean => hasScope(scopes, scope, { kind: 'service', name });

function runModel({ state, reason, waitingFor, since, restarts, startLimit, nextStart, lastEnding, events, schedule, findings = {} }: ServiceRun) {
  return {
    state,
    reason,
    waiting_for: [...waitingFor],
    since: since.toISOString(),
    restarts,
    start_limit: startLimit,
    next_start: nextStart?.toISOString() ?? null,
    exit: lastEnding ? exitModel(lastEnding) : null,
    health: healthModel(findings),
    events: events.map(({ time, ...event }) => ({ time: time.toISOString(), ...event })),
    ...(schedule && { schedule: scheduleModel(schedule) }),
  };
}

function scheduleModel({ cron, timezone, missed, lastRun }: NonNullable<ServiceRun['schedule']>) {
  return { cron, timezone: timezone || null, missed, last_run: lastRun.number > 0 ? lastRunModel(lastRun) : null };
}

function lastRunModel({ number, cause, started, ended, code, signal, error }: ServiceRunRow) {
  const seconds = ended === null ? null : (fromDbTime(ended)!.getTime() - fromDbTime(started)!.getTime()) / 1000;
  return { number, cause, started: toWireTime(started), ended: toWireTime(ended), duration_seconds: seconds, exit: { code, signal, error } };
}

function exitModel({ exit, error, at }: Ending) {
  const why = error?.message ?? (exit?.outOfMemory ? 'out of memory' : null);
  return { code: exit?.code ?? null, signal: exit?.signal ?? null, error: why, at: at.toISOString() };
}

function healthModel({ readiness, liveness }: ServiceFindings) {
  const verdicts = [readiness, liveness].flatMap((found) => (found ? [found.healthy] : []));
  const isWell = verdicts.length > 0 && verdicts.every((healthy) => healthy === true);
  return { status: verdicts.includes(false) ? 'unhealthy' : isWell ? 'healthy' : 'unknown', readiness: probeModel(readiness), liveness: probeModel(liveness) };
}

function probeModel(found: ProbeFindings | undefined) {
  if (!found) return null;
  const { healthy, inRow, problem, checked } = found;
  return { healthy: healthy ?? null, in_row: inRow, problem: problem ?? null, checked: checked.toISOString() };
}
