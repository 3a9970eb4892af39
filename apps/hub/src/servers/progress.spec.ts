import { expect, test } from 'vitest';
import { failedEvent, Progress, type ProgressEvent, readyEvent, REQUESTED, SPAWNING } from './progress.js';

async function collect(events: AsyncIterable<ProgressEvent>): Promise<ProgressEvent[]> {
  const all: ProgressEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}
const never = new AbortController().signal;

test('everybody sees all events, also who comes late', async () => {
  const progress = new Progress();
  const early = collect(progress.follow(never));
  progress.add(SPAWNING);
  await new Promise(setImmediate);
  const late = collect(progress.follow(never));
  progress.end(readyEvent('/user/ann/'));
  const all = [REQUESTED, SPAWNING, readyEvent('/user/ann/')];
  expect(await Promise.all([early, late, collect(progress.follow(never))])).toEqual([all, all, all]);
});

test('nothing follows the end', async () => {
  const progress = new Progress();
  progress.end(readyEvent('/user/ann/'));
  progress.add(SPAWNING);
  expect((await collect(progress.follow(never))).at(-1)).toEqual(readyEvent('/user/ann/'));
});

test('a watcher who leaves ends the stream', async () => {
  const progress = new Progress();
  const leave = new AbortController();
  const seen = collect(progress.follow(leave.signal));
  await new Promise(setImmediate);
  leave.abort();
  expect(await seen).toEqual([REQUESTED]);
  expect(await collect(progress.follow(leave.signal))).toEqual([]);
});

test('the ready event is what JupyterHub sends', () => {
  expect(readyEvent('/user/ann/')).toEqual({
    progress: 100,
    ready: true,
    message: 'Server ready at /user/ann/',
    html_message: 'Server ready at <a href="/user/ann/">/user/ann/</a>',
    url: '/user/ann/',
  });
});

test('a failure is told, and never as HTML of its own', () => {
  const failure = { code: 'exited-early' as const, message: 'It <b>ended</b>', detail: '', hint: 'a & b', log: ['x'] };
  expect(failedEvent(failure)).toEqual({
    progress: 100,
    failed: true,
    message: 'Spawn failed: It <b>ended</b>',
    html_message: 'Spawn failed: It &lt;b&gt;ended&lt;/b&gt;<br>a &amp; b',
    elara: { failure },
  });
  expect(failedEvent({ ...failure, code: 'cancelled', message: 'Spawn cancelled', hint: '' }).message).toBe('Spawn cancelled');
});
