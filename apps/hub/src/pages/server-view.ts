import type { HubUrls } from '../config/urls.js';
import { serverPath } from '../config/urls.js';
import type { PublicFailure } from '../servers/failure.js';
import type { ServerModel } from '../servers/server.model.js';
import type { QueuePlace } from '../servers/spawn-queue.js';
import { stopText } from '../servers/stop-cause.js';
import { PageTime } from './page-time.js';
import { type PageUser, pageUser, serverPagePath } from './page-user.js';

/** A server as templates see it. */
export interface ServerView {
  name: string;
  display_name: string;
  user: PageUser;
  state: 'ready' | 'spawn' | 'stop' | 'check' | 'failed' | 'stopped';
  ready: boolean;
  /** Running, or on its way up or down. */
  active: boolean;
  pending: string | null;
  url: string;
  spawn_url: string;
  pending_url: string;
  started: PageTime | null;
  last_activity: PageTime | null;
  failure: PublicFailure | null;
  /** Why it was stopped, and when; null when it runs, never ran, or failed. */
  stopped: { at: PageTime; text: string } | null;
  /** Where it waits for its turn. */
  queue: QueuePlace | null;
  /** When it is stopped at the earliest, for want of use or for its age; only where the page asks. */
  stops?: PageTime | null;
  /** It is going to be stopped for want of use. */
  cull_warning: { at: PageTime; over: boolean; reason: string } | null;
}

/** @param model undefined for a server that was never started */
export function serverView(user: { name: string }, name: string, model: ServerModel | undefined, urls: HubUrls): ServerView {
  const failure = model?.elara?.failure;
  const pending = model?.pending ?? null;
  const ready = model?.ready ?? false;
  // a start that the person called off is nothing to report; of others, the reason is known before all is cleared away
  const shown = failure && failure.code !== 'cancelled' && !ready && pending !== 'spawn' ? failure : null;
  return {
    name,
    display_name: model?.display_name ?? '',
    user: pageUser(user, urls),
    state: stateOf(ready, pending, shown !== null),
    ready,
    active: ready || pending !== null,
    pending,
    url: serverPath(urls.baseUrl, user.name, name),
    spawn_url: serverPagePath(urls, 'spawn', user.name, name),
    pending_url: serverPagePath(urls, 'spawn-pending', user.name, name),
    started: wireTime(model?.started),
    last_activity: wireTime(model?.last_activity),
    failure: shown,
    stopped: stopView(model, user.name),
    queue: model?.elara?.queue ?? null,
    cull_warning: warningView(model),
  };
}

function stopView(model: ServerModel | undefined, owner: string): ServerView['stopped'] {
  const stop = model?.elara?.stop;
  return stop ? { at: new PageTime(stop.at), text: stopText(stop, owner) } : null;
}

function warningView(model: ServerModel | undefined): ServerView['cull_warning'] {
  const warning = model?.elara?.cull_warning;
  if (!warning) return null;
  const at = new PageTime(warning.at);
  return { at, over: at.getTime() <= Date.now(), reason: warning.reason };
}

function stateOf(ready: boolean, pending: string | null, failed: boolean): ServerView['state'] {
  if (pending === 'spawn' || pending === 'stop') return pending;
  if (pending) return 'check';
  if (ready) return 'ready';
  return failed ? 'failed' : 'stopped';
}

/** A time of the API (ISO 8601 with Z) as a template variable. */
export const wireTime = (time: string | null | undefined): PageTime | null => (time ? new PageTime(time) : null);
