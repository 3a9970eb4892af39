import { PassThrough, type Readable } from 'node:stream';
import { Logger } from '@nestjs/common';
import { messageOf } from '../errors.js';
import type { ProgressEvent } from './progress.js';

const KEEP_ALIVE_MS = 8_000;

const log = new Logger('servers');

/**
 * Events as the body of an event stream (reference rest-api 1.5), with an empty message now and then so that proxies keep it open.
 * @param events started already: what they throw before the first one has become an answer of its own
 * @param stopped called when the reader is gone
 */
export function eventStream(first: ProgressEvent | undefined, events: AsyncIterator<ProgressEvent>, stopped: () => void): Readable {
  const stream = new PassThrough();
  stream.write('\n\n');
  const timer = setInterval(() => stream.write('\n\n'), KEEP_ALIVE_MS);
  stream.once('close', () => {
    clearInterval(timer);
    stopped();
  });
  void pump(first, events, stream);
  return stream;
}

async function pump(first: ProgressEvent | undefined, events: AsyncIterator<ProgressEvent>, stream: PassThrough): Promise<void> {
  try {
    for (let event = first; event && !stream.destroyed; ) {
      stream.write(`data: ${JSON.stringify(event)}\n\n`);
      const next = await events.next();
      event = next.done ? undefined : next.value;
    }
  } catch (error) {
    log.error(`Cannot go on with a progress stream: ${messageOf(error)}`);
  } finally {
    stream.end();
  }
}
