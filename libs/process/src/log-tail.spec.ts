import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { tailLog } from './log-tail.js';

let folder: string;
let log: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'log-'));
  log = join(folder, 'a.log');
});
afterEach(() => rm(folder, { recursive: true }));

test('a tail gives the last lines, finished or not', async () => {
  await writeFile(log, 'one\ntwo\nthree');
  expect(await tailLog(log, 2)).toEqual(['two', 'three']);
  await appendFile(log, '\n');
  expect(await tailLog(log, 2)).toEqual(['two', 'three']);
  expect(await tailLog(log, 0)).toEqual([]);
});

test('the tail of a log that is not there is empty', async () => expect(await tailLog(log, 5)).toEqual([]));

test('a tail reads only the end, and drops the line it starts within', async () => {
  await writeFile(log, `${'x'.repeat(100_000)}\nä ö ü\nlast\n`);
  expect(await tailLog(log, 50, 20)).toEqual(['ä ö ü', 'last']);
  expect(await tailLog(log, 50, 3)).toEqual(['st']);
});

test('a tail begins in the piece that was put aside last', async () => {
  await writeFile(`${log}.1`, 'one\ntwo\nthr');
  await writeFile(log, 'ee\nfour\n');
  expect(await tailLog(log, 3)).toEqual(['two', 'three', 'four']);
  expect(await tailLog(log, 9, 13)).toEqual(['three', 'four']);
});
