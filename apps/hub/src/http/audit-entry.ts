import { createHash } from 'node:crypto';
import type { Caller } from '../identity/caller.js';
import { API_CLIENT } from '../identity/token-store.js';
import { AUDIT_ACTIONS } from './audit-actions.js';
import type { AuditNote, AuditTarget } from './audit-note.js';
import { type HubRequest, speaksJson } from './hub-request.js';
import { addressOf } from './request-log.js';
import { resourceOf } from './resource.js';

/** Who did something. `client`: an OAuth client, a server or service; `unknown`: the request failed before that was looked at. */
export interface AuditActor {
  kind: 'user' | 'service' | 'server' | 'client' | 'anonymous' | 'unknown' | 'hub';
  name: string;
}

/** One record of the audit, as the request that it is about tells it. */
export interface AuditEntry {
  at: Date;
  actor: AuditActor;
  /** The user for whom a server or service acts. */
  behalf: string | null;
  /** `token a12`, or `session` and a digest. */
  via: string | null;
  address: string;
  method: string;
  /** As it is declared, e.g. `/hub/api/users/:user`. */
  route: string;
  action: string;
  target: AuditTarget | null;
  targetUserId: number | null;
  status: number;
  denied: boolean;
  reason: string | null;
}

const READ_ONLY = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether the method alone says that nothing is changed. */
export const onlyReads = (method: string): boolean => READ_ONLY.has(method);

/** The record that a request leaves when it is answered; undefined when it neither changes anything nor was denied. */
export function auditEntry(request: HubRequest, status: number): AuditEntry | undefined {
  const { method, audit: note = {} } = request;
  const route = request.routeOptions.url;
  const denied = status === 403 || status === 401 || note.denial !== undefined;
  if (route === undefined || (onlyReads(method) && !denied && note.action === undefined)) return undefined;
  const action = note.action ?? actionOf(method, route) ?? (denied ? 'read' : undefined);
  if (action === undefined) return undefined;
  const target = targetOf(request, action, note);
  const entry = { at: new Date(), ...actorOf(request, note), address: note.address ?? addressOf(request), method, route, action, target, status, denied };
  return { ...entry, targetUserId: note.targetUserId ?? null, reason: denied ? (note.denial ?? null) : null };
}

function actionOf(method: string, route: string): string | undefined {
  if (onlyReads(method)) return undefined;
  // a route of the API that somebody forgot to name is recorded all the same
  return AUDIT_ACTIONS.get(`${method} ${route}`) ?? (speaksJson(route) ? method.toLowerCase() : undefined);
}

type Actor = Pick<AuditEntry, 'actor' | 'behalf' | 'via'>;

function actorOf(request: HubRequest, note: AuditNote): Actor {
  const who = note.actor ?? request.caller;
  if (!who) return { actor: { kind: request.rule ? 'anonymous' : 'unknown', name: '' }, behalf: null, via: null };
  if ('clientId' in who) return { actor: { kind: 'client', name: who.clientId }, behalf: who.user, via: null };
  const { token } = who;
  if (token?.isServerToken) return { actor: { kind: 'server', name: `${who.name}/${token.serverName ?? ''}` }, behalf: who.name, via: viaOf(who) };
  if (token && token.clientId !== API_CLIENT) return { actor: { kind: 'client', name: token.clientId }, behalf: who.name, via: viaOf(who) };
  return { actor: { kind: who.kind, name: who.name }, behalf: null, via: viaOf(who) };
}

/** Neither a token nor the id of a session: whoever reads this must not be able to use it. */
function viaOf({ token, session }: Caller): string | null {
  if (token) return `token a${token.id}`;
  return session ? `session ${createHash('sha256').update(session.id).digest('hex').slice(0, 12)}` : null;
}

function targetOf(request: HubRequest, action: string, note: AuditNote): AuditTarget | null {
  if (note.target) return note.target;
  const { user, owner, server = '' } = request.params as Record<string, string | undefined>;
  if (owner !== undefined) return { kind: 'server', name: `${owner}/${server === 'default' ? '' : server}` };
  if (action === 'server.start') return serverOf(user ?? request.caller?.name, server);
  return resourceOf(request) ?? null;
}

const serverOf = (user: string | undefined, server: string): AuditTarget | null => (user === undefined ? null : { kind: 'server', name: `${user}/${server}` });
