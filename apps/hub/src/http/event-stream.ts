import { once } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
import { Logger } from '@nestjs/common';
import { messageOf } from '../errors.js';

const KEEP_ALIVE_MS = 8_000;

const log = new Logger('http');

/**
 * Events as the body of an event stream (reference rest-api 1.5), with an empty message now and then so that proxies keep it open.
 * The next event is asked for when the reader has taken the one before.
 * @param events started already: what they throw before the first one has become an answer of its own
 * @param stopped called when the reader is gone
 */
export function eventStream<T>(first: T | undefined, events: AsyncIterator<T>, stopped: () => void): Readable {
  const stream = new PassThrough();
  stream.write('\n\n');
  const timer = setInterval(() => stream.writableNeedDrain || stream.write('\n\n'), KEEP_ALIVE_MS);
  const closed = new Promise<void>((resolve) => {
    stream.once('close', () => {
      clearInterval(timer);
      stopped();
      resolve();
    });
  });
  void pump(first, events, stream, closed);
  return stream;
}

async function pump<T>(first: T | undefined, events: AsyncIterator<T>, stream: PassThrough, closed: Promise<void>): Promise<void> {
  try {
    for (let event = first; event !== undefined && !stream.destroyed; ) {
      if (!stream.write(`data: ${JSON.stringify(event)}\n\n`)) await Promise.race([once(stream, 'drain'), closed]);
      const next = await events.next();
      event = next.done ? undefined : next.value;
    }
  } catch (error) {
    log.error(`Cannot go on with an event stream: ${messageOf(error)}`);
  } finally {
    stream.end();
    // a reader who left in between: what the source holds on to is let go
    await events.return?.();
  }
}
