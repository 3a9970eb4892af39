import { Injectable } from '@nestjs/common';

/** What a stop of the hub takes with it; unset: as configured. */
export interface ShutdownWish {
  proxy?: boolean;
  servers?: boolean;
}

/** The one way to end the hub: by signal or by API. The start-up code says what happens then. */
@Injectable()
export class ShutdownService {
  #requested: ShutdownWish | undefined;
  #begin: ((wish: ShutdownWish) => void) | undefined;

  /** @param begin starts the clean-up; called once */
  onRequest(begin: (wish: ShutdownWish) => void): void {
    this.#begin = begin;
  }

  /** Ends the hub soon; a second request changes nothing. */
  request(wish: ShutdownWish): void {
    if (this.#requested) return;
    this.#requested = wish;
    this.#begin?.(wish);
  }
}
