import { Injectable } from '@nestjs/common';

const MOST_REMEMBERED = 10_000;

/**
 * Browser sessions whose people have logged out since the hub started. Requests of other tabs may be on their way at that
 * moment, with cookies that were good when they were sent: they must not begin anew what the log-out ended.
 */
@Injectable()
export class EndedSessions {
  readonly #ids = new Set<string>();

  /** @param id of a session, random and never used again */
  add(id: string): void {
    this.#ids.add(id);
    if (this.#ids.size > MOST_REMEMBERED) this.#ids.delete(this.#ids.values().next().value!);
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }
}
