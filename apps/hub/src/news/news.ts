import { Injectable } from '@nestjs/common';

/** `changed`: it is there, new or otherwise than before. */
export type Change = 'changed' | 'removed';

/** Something in the hub that is otherwise now. What exactly is for those to ask who want to know. */
export type NewsItem =
  | { kind: 'server'; change: Change; user: string; server: string; state?: string; queue?: { position: number; estimated_wait_seconds: number | null } }
  | { kind: 'service'; change: Change; service: string; state?: string }
  | { kind: 'user'; change: Change; user: string }
  | { kind: 'group'; change: Change; group: string }
  /** An account of the hub's own, which may be nobody's yet; see `NativeAuthenticator`. */
  | { kind: 'account'; change: Change; user: string };

/** Tells changes to those who watch just now; nothing is kept. Whoever makes a change tells it once it is in the database. */
@Injectable()
export class News {
  readonly #listeners = new Set<(item: NewsItem) => void>();

  tell(item: NewsItem): void {
    for (const listener of this.#listeners) listener(item);
  }

  /**
   * @param listener must be quick, and must not throw: it is called where the change is made
   * @returns ends it
   */
  listen(listener: (item: NewsItem) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
