import { once, setMaxListeners } from 'node:events';
import { type Failure, type PublicFailure, publicFailure } from './failure.js';
import { inWords } from './spawn-limits.js';
import type { QueuePlace } from './spawn-queue.js';

/** One event of a progress stream (reference rest-api 1.5). */
export interface ProgressEvent {
  /** 0 to 100. */
  progress: number;
  message: string;
  html_message?: string;
  ready?: true;
  failed?: true;
  /** Where the server is; with `ready`. */
  url?: string;
  /** Why it failed, with `failed`; or where it waits for its turn. */
  elara?: { failure?: PublicFailure; queue?: QueuePlace };
}

export const REQUESTED: ProgressEvent = { progress: 0, message: 'Server requested' };
export const SPAWNING: ProgressEvent = { progress: 50, message: 'Spawning server...' };

export function queuedEvent(queue: QueuePlace): ProgressEvent {
  const { position, estimated_wait_seconds: seconds } = queue;
  const wait = seconds === null ? '' : `, about ${inWords(seconds)} to go`;
  return { progress: 0, message: `Waiting for a free place: number ${position} in line${wait}`, elara: { queue } };
}

export function readyEvent(url: string): ProgressEvent {
  const html = escapeHtml(url);
  return { progress: 100, ready: true, message: `Server ready at ${url}`, html_message: `Server ready at <a href="${html}">${html}</a>`, url };
}

export function failedEvent(failure: Failure): ProgressEvent {
  const message = failure.code === 'cancelled' ? failure.message : `Spawn failed: ${failure.message}`;
  const hint = failure.hint && `<br>${escapeHtml(failure.hint)}`;
  return { progress: 100, failed: true, message, html_message: `${escapeHtml(message)}${hint}`, elara: { failure } };
}

/** The same events as somebody sees them who is no operator. */
export async function* withoutDetail(events: AsyncIterable<ProgressEvent>): AsyncGenerator<ProgressEvent> {
  for await (const event of events) {
    const failure = event.elara?.failure;
    yield failure ? { ...event, elara: { ...event.elara, failure: publicFailure(failure) } } : event;
  }
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (char) => ENTITIES[char]!);

/** The events of one start, for everybody who watches it; who comes late gets the earlier ones first. */
export class Progress {
  #events: { number: number; event: ProgressEvent }[] = [{ number: 1, event: REQUESTED }];
  #last = 1;
  readonly #news = new EventTarget();
  #over = false;

  constructor() {
    // any number of people may watch one start
    setMaxListeners(0, this.#news);
  }

  add(event: ProgressEvent): void {
    if (this.#over) return;
    this.#last += 1;
    this.#events.push({ number: this.#last, event });
    this.#news.dispatchEvent(new Event('news'));
  }

  /** Adds where it waits now; where it waited before is of no use to those who come late. */
  moved(place: QueuePlace): void {
    this.#events = this.#events.filter(({ event }) => !event.elara?.queue);
    this.add(queuedEvent(place));
  }

  /** Adds the last event and ends all streams. */
  end(event: ProgressEvent): void {
    this.add(event);
    this.#over = true;
    this.#news.dispatchEvent(new Event('news'));
  }

  /** All events from the first to the last; ends early, without an error, when `signal` is aborted. */
  async *follow(signal: AbortSignal): AsyncGenerator<ProgressEvent> {
    for (let seen = 0; !signal.aborted; ) {
      const next = this.#events.find(({ number }) => number > seen);
      if (next) {
        seen = next.number;
        yield next.event;
      } else if (this.#over) return;
      else await once(this.#news, 'news', { signal }).catch(() => undefined);
    }
  }
}
