import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FollowOptions, followLog, type LogNews } from './log-follow.js';
import { rotateLog } from './log-rotation.js';
import { spawnChild } from './spawn.js';

let folder: string;
let log: string;
let over: AbortController;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'log-'));
  log = join(folder, 'a.log');
  over = new AbortController();
});
afterEach(async () => {
  over.abort();
  await rm(folder, { recursive: true });
});

const follow = (options: Partial<FollowOptions> = {}) => followLog(log, { tail: 10, signal: over.signal, pollMs: 5, ...options });
const rotate = (keep = 1, maxBytes = statSync(log).size) => rotateLog(log, { maxBytes, keep });
const next = async (news: AsyncGenerator<LogNews>) => (await news.next()).value as LogNews;

test('first come the last lines, then each new one when it is whole', async () => {
  await writeFile(log, 'one\ntwo\nthr');
  const news = follow({ tail: 1 });
  expect(await next(news)).toEqual({ lines: ['two'] });
  const third = next(news);
  await appendFile(log, 'ee\nfo');
  expect(await third).toEqual({ lines: ['three'] });
  await appendFile(log, 'ür\n');
  expect(await next(news)).toEqual({ lines: ['foür'] });
});

test('a log that is not there yet is waited for, and a reader who is gone ends it', async () => {
  const news = follow();
  expect(await next(news)).toEqual({ lines: [] });
  const first = next(news);
  await writeFile(log, 'one\n');
  expect(await first).toEqual({ lines: ['one'] });
  const end = news.next();
  over.abort();
  expect(await end).toEqual({ done: true, value: undefined });
});

test('a rotation tears no line, and none comes twice', async () => {
  await writeFile(log, 'one\n');
  const news = follow();
  await next(news);
  await appendFile(log, 'two\nthr');
  rotate();
  await appendFile(log, 'ee\nfour\n');
  expect(await next(news)).toEqual({ lines: ['two'] });
  expect(await next(news)).toEqual({ lines: ['three', 'four'] });
});

test('of two rotations at once the first is skipped, to the byte', async () => {
  const news = follow();
  await next(news);
  await writeFile(log, 'one\ntwo\n');
  rotate(2);
  await writeFile(log, 'cut\nthree\n');
  rotate(2);
  await appendFile(log, 'four\n');
  // `cut` may be the end of a line that began in what is gone
  expect(await next(news)).toEqual({ lines: ['three'], skipped: 12 });
  expect(await next(news)).toEqual({ lines: ['four'] });
});

test('what a rotation did not keep is skipped', async () => {
  const news = follow();
  await next(news);
  await writeFile(log, 'one\ntw');
  rotate(0);
  await appendFile(log, 'o\nthree\n');
  expect(await next(news)).toEqual({ lines: ['three'], skipped: 8 });
});

test('what somebody else cut off is skipped', async () => {
  const news = follow();
  await next(news);
  await writeFile(log, 'one\ntw');
  expect(await next(news)).toEqual({ lines: ['one'] });
  const third = next(news);
  await writeFile(log, '');
  await appendFile(log, 'three\n');
  expect(await third).toEqual({ lines: ['three'], skipped: 2 });
});

test('a piece that was deleted is skipped', async () => {
  const news = follow();
  await next(news);
  await writeFile(log, 'one\n');
  rotate();
  await rm(`${log}.1`);
  await appendFile(log, 'tail of one\ntwo\n');
  expect(await next(news)).toEqual({ lines: ['two'], skipped: 16 });
});

test('a slow reader goes on at the end, is told what it missed, and costs no memory', async () => {
  const line = `${'x'.repeat(99)}\n`;
  const news = follow({ maxBehind: 200_000 });
  await next(news);
  await writeFile(log, line.repeat(10_000));
  const { lines, skipped } = await next(news);
  expect(lines.every((one) => one === line.trim())).toBe(true);
  let seen = lines.length;
  while (seen * 100 + skipped! < 1_000_000) seen += (await next(news)).lines.length;
  expect(seen * 100 + skipped!).toBe(1_000_000);
  expect(seen * 100).toBeLessThan(70_000);
});

test('a line without an end comes in pieces', async () => {
  const news = follow();
  await next(news);
  await writeFile(log, `${'x'.repeat(150_000)}\n`);
  const pieces = [await next(news), await next(news)].flatMap(({ lines }) => lines);
  expect(pieces.map(({ length }) => length)).toEqual([131_072, 18_928]);
});

/** Whether files here can lose their beginning in place; elsewhere a rotation may cost a line of a writer in full flight. */
function collapses(): boolean {
  const file = join(mkdtempSync(join(tmpdir(), 'log-')), 'a');
  writeFileSync(file, 'x'.repeat(100_000));
  const { status } = spawnSync('fallocate', ['-c', '-o', '0', '-l', '4096', file]);
  rmSync(dirname(file), { recursive: true });
  return status === 0;
}

test.runIf(collapses())('no line of a program that writes and writes is lost, torn, or seen twice', async () => {
  const count = 100_000;
  const script = `const { writeSync } = require('fs'); for (let n = 0; n < ${count}; n++) { writeSync(1, 'line ' + n); writeSync(1, ' ends\\n'); }`;
  const child = await spawnChild({ command: [process.execPath, '-e', script], env: {}, logPath: log });
  const problems: unknown[] = [];
  let [expected, bytes, rotations, rotateAt] = [0, 0, 0, 0];
  for await (const { lines, skipped } of follow({ tail: 1e9, maxBehind: 1e9 })) {
    if (skipped) problems.push(`${skipped} bytes skipped after line ${expected}`);
    for (const line of lines) if (line !== `line ${expected++} ends`) problems.push(line);
    if (expected >= count || problems.length > 0) break;
    bytes += lines.join('\n').length + 1;
    if (bytes < rotateAt) continue;
    // as soon as all that was put aside before has been read, again
    const { size } = statSync(log);
    if (size > 8192 && rotate(3, size)) rotations += 1;
    rotateAt = bytes + size;
  }
  await child.kill('SIGKILL');
  await child.exited;
  expect([problems, expected]).toEqual([[], count]);
  expect(rotations).toBeGreaterThan(2);
});
