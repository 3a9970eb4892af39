import { Injectable } from '@nestjs/common';
import type { Caller } from '../identity/caller.js';
import { CallerResolver } from '../identity/caller-resolver.js';
import { IdentityCache } from '../identity/identity-cache.js';
import { EndedCallers } from '../identity/ended-callers.js';
import { HubError } from '../errors.js';
import { eventStream } from './event-stream.js';
import type { HubReply, HubRequest } from './hub-request.js';
import { ScopeCheck } from './scope-check.js';

/** Who reads a stream. */
export interface Reader {
  /** As of the last event. */
  caller: Caller;
  /** Aborted when the stream ends, whoever ends it. */
  readonly signal: AbortSignal;
}

export interface StreamSource<T> {
  /** Must end when the reader's signal is aborted. What it throws before the first event becomes an answer. */
  events(reader: Reader): AsyncGenerator<T>;
  /** Whether the reader may have this event; without it, all that the route gives. */
  mayRead?(caller: Caller, event: T): Promise<boolean>;
}

interface OpenStream extends Reader {
  request: HubRequest;
  /** Of the identity cache, when the caller was last looked at. */
  version?: number;
  end(): void;
}

/** How often streams are looked at that nobody writes to, in seconds. */
export const REVIEW_SECONDS = 2;

/**
 * The event streams that are open. Each ends when its reader leaves or may read it no longer: the token was revoked or has expired, the
 * session is over, or a scope is gone. No event is sent to somebody who might not have it by now.
 */
@Injectable()
export class EventStreams {
  readonly #open = new Set<OpenStream>();

  constructor(
    private readonly callers: CallerResolver,
    private readonly ended: EndedCallers,
    private readonly cache: IdentityCache,
    private readonly scopes: ScopeCheck,
  ) {}

  /** Answers with a stream, once its first event is there. */
  async send<T>(request: HubRequest, reply: HubReply, source: StreamSource<T>): Promise<void> {
    const gone = new AbortController();
    const stream: OpenStream = { request, caller: request.caller!, signal: gone.signal, end: () => gone.abort() };
    const events = this.#guarded(stream, source);
    const first = await events.next();
    this.#open.add(stream);
    const close = () => {
      this.#open.delete(stream);
      gone.abort();
    };
    const body = eventStream(first.done ? undefined : first.value, events, close);
    await reply.header('Cache-Control', 'no-cache').type('text/event-stream').send(body);
  }

  /** One step of the loop that ends the streams of those whose token or session has ended. */
  async review(): Promise<void> {
    const streams = [...this.#open];
    const ended = await this.ended.among(streams.map(({ caller }) => caller));
    for (const stream of streams) if (ended.has(stream.caller)) stream.end();
  }

  async *#guarded<T>(stream: OpenStream, source: StreamSource<T>): AsyncGenerator<T> {
    for await (const event of source.events(stream)) {
      if (!(await this.#mayGoOn(stream))) return;
      if (!source.mayRead || (await source.mayRead(stream.caller, event))) yield event;
    }
  }

  /** Looks the caller up again if anything was written since that could matter. */
  async #mayGoOn(stream: OpenStream): Promise<boolean> {
    const { version } = this.cache;
    if (stream.version === version) return true;
    const caller = await this.callers.again(stream.caller);
    if (!caller || !(await this.#isPermitted(caller, stream.request))) return false;
    stream.caller = caller;
    stream.version = version;
    return true;
  }

  async #isPermitted(caller: Caller, request: HubRequest): Promise<boolean> {
    try {
      await this.scopes.requireRule(caller, request);
      return true;
    } catch (error) {
      if (error instanceof HubError) return false;
      throw error;
    }
  }
}
