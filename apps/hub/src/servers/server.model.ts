import type { HubUrls } from '../config/urls.js';
import { quoteName, serverPath } from '../config/urls.js';
import { toWireTime } from '../database/values.js';
import { standingWarning } from './cull-warning.js';
import { type PublicFailure, publicFailure } from './failure.js';
import type { ServerOwner, ServerRecord } from './server-record.js';
import type { QueuePlace } from './spawn-queue.js';
import { stopModel, type StopModel } from './stop-cause.js';

/** A server as the API shows it, complete (reference rest-api 2.2). */
export interface ServerModel {
  name: string;
  display_name: string | null;
  full_name: string;
  last_activity: string | null;
  started: string | null;
  pending: 'spawn' | 'stop' | null;
  ready: boolean;
  stopped: boolean;
  url: string;
  user_options: Record<string, unknown> | null;
  progress_url: string;
  full_url: string | null;
  full_progress_url: string | null;
  state: Record<string, unknown> | null;
  /** What JupyterHub does not have; absent when there is nothing to say. */
  elara?: { failure?: PublicFailure; queue?: QueuePlace; cull_warning?: { at: string; reason: string }; stop?: StopModel };
}

/** What the wire calls a state between two others. */
export const PENDING = { stopped: null, queued: 'spawn', 'spawn-pending': 'spawn', ready: null, 'stop-pending': 'stop' } as const;

export interface LiveFacts {
  /** Database text, with what is still to be written. */
  lastActivity?: string | null;
  /** Where it waits for its turn. */
  queue?: QueuePlace;
}

/** @param live what the database does not know (yet) */
export function serverModel(record: ServerRecord, urls: HubUrls, { lastActivity = record.lastActivity, queue }: LiveFacts = {}): ServerModel {
  return {
    name: record.name,
    display_name: record.displayName ?? (record.name === '' ? '' : null),
    full_name: `${record.user.name}/${record.name}`,
    last_activity: toWireTime(lastActivity),
    started: toWireTime(record.started),
    pending: PENDING[record.state],
    ready: record.state === 'ready',
    stopped: record.state === 'stopped',
    user_options: record.userOptions,
    ...addresses(record.user.name, record.name, urls),
    state: record.spawnerState,
    ...extension(record, lastActivity, queue),
  };
}

function extension(record: ServerRecord, lastActivity: string | null, queue: QueuePlace | undefined): Pick<ServerModel, 'elara'> {
  const { failure } = record;
  const stop = record.state === 'stopped' && !failure && record.lastStop ? stopModel(record.lastStop) : undefined;
  const warning = standingWarning(record, lastActivity);
  if (!failure && !queue && !warning && !stop) return {};
  const cull_warning = warning && { at: toWireTime(warning.at)!, reason: warning.reason };
  return { elara: { ...(failure && { failure }), ...(queue && { queue }), ...(cull_warning && { cull_warning }), ...(stop && { stop }) } };
}

/** What callers without `admin:server_state` see of it. */
export function withoutInternals({ state: _state, elara, ...model }: ServerModel): Partial<ServerModel> {
  if (!elara) return model;
  return { ...model, elara: { ...elara, ...(elara.failure && { failure: publicFailure(elara.failure) }) } };
}

function addresses(user: string, server: string, urls: HubUrls) {
  const url = serverPath(urls.baseUrl, user, server);
  const below = server ? `servers/${quoteName(server)}` : 'server';
  const progressUrl = `${urls.apiPrefix}/users/${quoteName(user)}/${below}/progress`;
  const full = (path: string) => (urls.publicOrigin ? urls.publicOrigin + path : null);
  return { url, progress_url: progressUrl, full_url: full(url), full_progress_url: full(progressUrl) };
}

/** The default server of somebody who never started one: everybody has it, but there is no row before the first start. */
export function neverStarted(user: ServerOwner): ServerRecord {
  const none = { displayName: '', spawnerState: null, started: null, lastActivity: null, userOptions: null, oauthClientId: null, address: null };
  return { id: 0, user, name: '', ...none, state: 'stopped', epoch: 0, deadline: null, since: null, failure: null, warning: null, lastStop: null, memo: null };
}
