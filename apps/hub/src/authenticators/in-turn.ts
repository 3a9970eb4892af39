import { LimitReachedError } from '../errors.js';

const LONGEST_QUEUE = 200;
/** Browsers, and proxies in front, do not wait much longer. */
const LONGEST_WAIT_MS = 45_000;

/** Lets only so many checks of passwords run at a time, because each holds a process or a connection for as long as it takes. */
export class InTurn {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(private readonly atATime: number) {}

  /** @throws LimitReachedError when too many wait already, or it takes too long until it is their turn; nothing was checked then */
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
    if (this.#waiting.length >= LONGEST_QUEUE) throw tooMany();
    return new Promise((resolve, reject) => {
      const take = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(take), 1);
        reject(tooMany());
      }, LONGEST_WAIT_MS);
      this.#waiting.push(take);
    });
  }
}

const tooMany = () => new LimitReachedError('Too many logins are being checked. Try again in a minute.', 30);
