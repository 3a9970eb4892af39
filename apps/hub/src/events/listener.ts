import type { NewsItem } from '../news/news.js';

/** What a reader gets. */
export type HubEvent = NewsItem | { kind: 'refresh' };

/** A reader that is farther behind had better read everything anew. */
const MOST_WAITING = 500;

/** The changes that one reader has not taken yet. */
export class Listener {
  #waiting: HubEvent[] = [{ kind: 'refresh' }];
  #wake: () => void = () => undefined;

  add(item: NewsItem): void {
    if (this.#waiting.length >= MOST_WAITING) this.#waiting = [{ kind: 'refresh' }];
    else this.#waiting.push(item);
    this.#wake();
  }

  /** All that is added, as it comes; ends without an error when `signal` is aborted. */
  async *follow(signal: AbortSignal): AsyncGenerator<HubEvent> {
    const wakeUp = () => this.#wake();
    signal.addEventListener('abort', wakeUp, { once: true });
    while (!signal.aborted) {
      const batch = this.#waiting;
      this.#waiting = [];
      yield* batch;
      if (this.#waiting.length === 0 && !signal.aborted) await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
