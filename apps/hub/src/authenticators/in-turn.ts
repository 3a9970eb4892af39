import { LimitReachedError } from '../errors.js';

const LONGEST_QUEUE = 200;

/** Lets only so many checks of passwords run at a time, because each holds a thread for as long as it takes. */
export class InTurn {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(private readonly atATime: number) {}

  /** @throws LimitReachedError when too many wait already */
  async run<T>(check: () => Promise<T>): Promise<T> {
    if (this.#running >= this.atATime) await this.#wait();
    else this.#running += 1;
    try {
      return await check();
    } finally {
      const next = this.#waiting.shift();
      // who waited takes over the place
      if (next) next();
      else this.#running -= 1;
    }
  }

  #wait(): Promise<void> {
    if (this.#waiting.length >= LONGEST_QUEUE) throw new LimitReachedError('Too many logins are being checked. Try again in a minute.', 30);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
