import { expect, test } from 'vitest';
import type { NewsItem } from '../news/news.js';
import { type HubEvent, Listener } from './listener.js';

const user = (name: string): NewsItem => ({ kind: 'user', change: 'changed', user: name });
const REFRESH: HubEvent = { kind: 'refresh' };

async function take(events: AsyncGenerator<HubEvent>, count: number): Promise<unknown[]> {
  const taken: unknown[] = [];
  while (taken.length < count) taken.push((await events.next()).value);
  return taken;
}

test('a reader is told to read everything, and then of each change in turn', async () => {
  const listener = new Listener();
  const events = listener.follow(new AbortController().signal);
  listener.add(user('ada'));
  expect(await take(events, 2)).toEqual([REFRESH, user('ada')]);
  const next = events.next();
  listener.add(user('bob'));
  listener.add(user('cara'));
  expect((await next).value).toEqual(user('bob'));
  expect(await take(events, 1)).toEqual([user('cara')]);
});

test('a reader who is far behind is told to read everything anew, and costs no more memory', async () => {
  const listener = new Listener();
  const events = listener.follow(new AbortController().signal);
  for (let n = 0; n < 1_700; n += 1) listener.add(user(`n${n}`));
  const all: unknown[] = [];
  const last = user('n1699');
  while (JSON.stringify(all.at(-1)) !== JSON.stringify(last)) all.push((await events.next()).value);
  expect(all[0]).toEqual(REFRESH);
  expect(all.length).toBeLessThanOrEqual(500);
});

test('it ends with its signal, whether it waits or not', async () => {
  const [waiting, over] = [new AbortController(), new AbortController()];
  const events = new Listener().follow(waiting.signal);
  await take(events, 1);
  const next = events.next();
  waiting.abort();
  expect(await next).toEqual({ done: true, value: undefined });
  over.abort();
  expect(await new Listener().follow(over.signal).next()).toEqual({ done: true, value: undefined });
});
