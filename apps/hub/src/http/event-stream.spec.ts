import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { eventStream } from './event-stream.js';

const REQUESTED = { progress: 0 };
const SPAWNING = { progress: 50 };

beforeEach(() => {
  Logger.overrideLogger(false);
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

async function* twoMinutes(): AsyncGenerator<object> {
  yield REQUESTED;
  await new Promise((resolve) => setTimeout(resolve, 20_000));
  yield SPAWNING;
}

const frame = (event: object) => `data: ${JSON.stringify(event)}\n\n`;

test('events are frames, with signs of life in between', async () => {
  const events = twoMinutes();
  const first = await events.next();
  let text = '';
  const stream = eventStream(first.value as object, events, () => undefined).on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = new Promise((resolve) => stream.once('end', resolve));
  await vi.advanceTimersByTimeAsync(20_000);
  await ended;
  expect(text).toBe(`\n\n${frame(REQUESTED)}\n\n\n\n${frame(SPAWNING)}`);
  await vi.advanceTimersByTimeAsync(0);
  expect(vi.getTimerCount()).toBe(0);
});

test('a reader who leaves ends it', async () => {
  const events = twoMinutes();
  const first = await events.next();
  const stopped = vi.fn();
  const stream = eventStream(first.value as object, events, stopped);
  stream.destroy();
  await vi.advanceTimersByTimeAsync(0);
  expect(stopped).toHaveBeenCalledOnce();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(vi.getTimerCount()).toBe(0);
});

test('a source that breaks ends the stream', async () => {
  const broken = { next: () => Promise.reject(new Error('gone')) };
  const stream = eventStream(REQUESTED, broken, () => undefined).resume();
  await new Promise((resolve) => stream.once('end', resolve));
  expect(stream.destroyed || stream.readableEnded).toBe(true);
});

test('a reader who is slow is not filled up, and may leave', async () => {
  let asked = 0;
  const endless = { next: () => Promise.resolve({ value: { text: 'x'.repeat(10_000), n: (asked += 1) } }) };
  const stopped = vi.fn();
  const stream = eventStream<object>({}, endless, stopped);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toBeLessThan(10);
  stream.destroy();
  await vi.advanceTimersByTimeAsync(0);
  expect(stopped).toHaveBeenCalledOnce();
  expect(vi.getTimerCount()).toBe(0);
});
