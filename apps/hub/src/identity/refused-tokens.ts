import { Injectable } from '@nestjs/common';

const MOST_REMEMBERED = 10_000;

/** About whom calls came with a token that the hub does not know: a server with a wrong token gives itself away. */
@Injectable()
export class RefusedTokens {
  readonly #last = new Map<string, number>();

  /** @param user whom the call was about, as its path says */
  note(user: string): void {
    this.#last.delete(user);
    this.#last.set(user, Date.now());
    if (this.#last.size > MOST_REMEMBERED) this.#last.delete(this.#last.keys().next().value!);
  }

  /** @param since ms since the epoch */
  refusedSince(user: string, since: number): boolean {
    return (this.#last.get(user) ?? -Infinity) >= since;
  }
}
