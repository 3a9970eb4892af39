import { Injectable } from '@nestjs/common';
import { LimitReachedError } from '../errors.js';
import type { Reader } from '../http/event-streams.js';
import { ScopeCheck } from '../http/scope-check.js';
import type { Caller } from '../identity/caller.js';
import { News, type NewsItem } from '../news/news.js';
import { Audience } from './audience.js';
import { type HubEvent, Listener } from './listener.js';
import { subjectOf } from './readable.js';

/** More than the pages that anybody has open at a time. */
const MOST_STREAMS = 50;

/** Tells people and programs what changes, as far as they may read it. */
@Injectable()
export class EventsService {
  /** How many streams are open, by whose they are. */
  readonly #open = new Map<string, number>();
  readonly #audience = new Audience();

  constructor(
    news: News,
    private readonly scopes: ScopeCheck,
  ) {
    news.listen((item) => this.#spread(item));
  }

  /**
   * Every change from now on that may concern the reader; `mayRead` has the last word.
   * @throws LimitReachedError with the first event
   */
  async *follow(reader: Reader): AsyncGenerator<HubEvent> {
    const leave = this.#enter(`${reader.caller.kind} ${reader.caller.name}`);
    const listener = new Listener();
    const deafen = this.#audience.add(listener, reader.caller.parsed);
    try {
      yield* listener.follow(reader.signal);
    } finally {
      deafen();
      leave();
    }
  }

  async mayRead(caller: Caller, event: HubEvent): Promise<boolean> {
    if (event.kind === 'refresh') return true;
    const { scope, resource } = subjectOf(event);
    return this.scopes.holds(caller, [scope], resource);
  }

  #spread(item: NewsItem): void {
    for (const listener of this.#audience.concerned(subjectOf(item))) listener.add(item);
  }

  #enter(whose: string): () => void {
    const open = this.#open.get(whose) ?? 0;
    if (open >= MOST_STREAMS) throw new LimitReachedError(`cannot open one more stream of events: because ${whose} has ${open} open already`);
    this.#open.set(whose, open + 1);
    return () => {
      const left = this.#open.get(whose)! - 1;
      if (left > 0) this.#open.set(whose, left);
      else this.#open.delete(whose);
    };
  }
}
