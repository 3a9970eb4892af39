import type { Server } from '#hub-client/client';
import { durationInWords } from '../format/time.js';

export type ServerState = 'ready' | 'queued' | 'spawn' | 'stop' | 'check' | 'failed' | 'stopped';

/** What a server does at this moment, in one word; it has none when nobody ever started it. */
export function stateOf(server: Pick<Server, 'ready' | 'pending' | 'elara'> | undefined): ServerState {
  if (!server) return 'stopped';
  if (server.elara?.queue) return 'queued';
  if (server.pending === 'rename') return 'check';
  if (server.pending) return server.pending;
  if (server.ready) return 'ready';
  return server.elara?.failure ? 'failed' : 'stopped';
}

export const STATE_WORDS: Record<ServerState, string> = {
  ready: 'Running',
  queued: 'Waiting',
  spawn: 'Starting',
  stop: 'Stopping',
  check: 'Being checked',
  failed: 'Did not start',
  stopped: 'Stopped',
};

/** Whether a start can be asked for. */
export const canStart = (state: ServerState): boolean => state === 'stopped' || state === 'failed';

/** Whether there is something to stop, or to call off. */
export const canStop = (state: ServerState): boolean => state === 'ready' || state === 'spawn' || state === 'queued';

/** Where a start stands in the queue. */
export function queueInWords({ queue }: NonNullable<Server['elara']>): string {
  if (!queue) return '';
  const wait = queue.estimated_wait_seconds === null ? '' : `, about ${durationInWords(queue.estimated_wait_seconds)} to go`;
  return `number ${queue.position} in the queue${wait}`;
}
