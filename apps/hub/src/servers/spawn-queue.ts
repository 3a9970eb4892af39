import { spawnQueueLength, spawnQueueWait } from '../metrics.js';
import { estimatedWaitSeconds, queueOrder, type Waiting } from './queue-order.js';

/** Where a start stands in the queue. */
export interface QueuePlace {
  /** 1 for the next one. */
  position: number;
  /** null while nobody can know. */
  estimated_wait_seconds: number | null;
}

/** The right to be started, at once or in turn. */
export interface Ticket {
  /** Resolves when its turn has come; never rejects. */
  turn: Promise<void>;
  /** undefined once its turn has come. */
  place(): QueuePlace | undefined;
  /** Gives the place, or the place in the queue, to others. Once is enough, twice does no harm. */
  leave(): void;
}

export interface TicketRequest extends Waiting {
  /** It does not have to wait: an earlier hub has begun it. */
  begun?: boolean;
  /** Told its place when it has to wait, and when it has moved up: that once a second at most. */
  moved(place: QueuePlace): void;
}

interface Entry extends TicketRequest {
  /** ms since the epoch; undefined while it waits. */
  begunAt?: number;
  /** The place that was told last. */
  told?: QueuePlace;
  admit(): void;
}

/** So many starts that have ended tell how long the next ones will take. */
const REMEMBERED = 50;
const TELL_MS = 1000;

/** Lets so many servers start at a time; the others wait, in a fair order. */
export class SpawnQueue {
  readonly #starting = new Set<Entry>();
  readonly #waiting = new Set<Entry>();
  readonly #endedAfter: number[] = [];
  #order?: Entry[];
  #teller?: NodeJS.Timeout;

  /** @param places how many may start at a time; 0: any number */
  constructor(private readonly places: () => number) {}

  get starting(): number {
    return this.#starting.size;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** When the turn of one more would come, in seconds; null while nobody can know. */
  get waitSeconds(): number | null {
    return this.#estimate(this.waiting + 1);
  }

  join(request: TicketRequest): Ticket {
    let admit = (): void => undefined;
    const turn = new Promise<void>((resolve) => (admit = resolve));
    const entry: Entry = { ...request, admit };
    this.#waiting.add(entry);
    if (request.begun) this.#admit(entry);
    this.#changed();
    if (this.#waiting.has(entry)) this.#tell(entry, this.#ordered().indexOf(entry) + 1);
    return { turn, place: () => this.#placeOf(entry), leave: () => this.#leave(entry) };
  }

  #leave(entry: Entry): void {
    if (this.#starting.delete(entry)) {
      this.#endedAfter.push(secondsSince(entry.begunAt!));
      if (this.#endedAfter.length > REMEMBERED) this.#endedAfter.shift();
    } else if (this.#waiting.delete(entry)) {
      spawnQueueWait.observe({ outcome: 'left' }, secondsSince(entry.since));
    } else return;
    this.#changed();
  }

  #changed(): void {
    this.#order = undefined;
    while (this.#waiting.size > 0 && this.#hasRoom()) this.#admit(this.#ordered()[0]!);
    spawnQueueLength.set(this.#waiting.size);
    if (this.#waiting.size > 0) this.#teller ??= setTimeout(() => this.#tellAll(), TELL_MS).unref();
  }

  #hasRoom(): boolean {
    const places = this.places();
    return places === 0 || this.#starting.size < places;
  }

  #admit(entry: Entry): void {
    this.#order = undefined;
    this.#waiting.delete(entry);
    this.#starting.add(entry);
    entry.begunAt = Date.now();
    if (!entry.begun) spawnQueueWait.observe({ outcome: 'started' }, secondsSince(entry.since));
    entry.admit();
  }

  #ordered(): Entry[] {
    this.#order ??= queueOrder([...this.#waiting], [...this.#starting].map(({ userId }) => userId));
    return this.#order;
  }

  #placeOf(entry: Entry): QueuePlace | undefined {
    const position = this.#ordered().indexOf(entry) + 1;
    return position === 0 ? undefined : { position, estimated_wait_seconds: this.#estimate(position) };
  }

  #estimate(position: number): number | null {
    const underWay = [...this.#starting].map(({ begunAt }) => secondsSince(begunAt!));
    return estimatedWaitSeconds(position, this.places(), { ended: this.#endedAfter, underWay });
  }

  #tellAll(): void {
    this.#teller = undefined;
    this.#ordered().forEach((entry, index) => this.#tell(entry, index + 1));
  }

  #tell(entry: Entry, position: number): void {
    const place = { position, estimated_wait_seconds: this.#estimate(position) };
    const isNews = entry.told?.position !== position || (entry.told.estimated_wait_seconds === null) !== (place.estimated_wait_seconds === null);
    if (!isNews) return;
    entry.told = place;
    entry.moved(place);
  }
}

const secondsSince = (ms: number): number => (Date.now() - ms) / 1000;
