import { closeSync, writeSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openLog } from './log-file.js';
import { onRotation, rotateLog } from './log-rotation.js';

let folder: string;
let log: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'log-'));
  log = join(folder, 'a.log');
});
afterEach(() => rm(folder, { recursive: true }));

test('a rotation leaves a small log, and one that is not there, alone', async () => {
  expect(rotateLog(log, { maxBytes: 10, keep: 2 })).toBe(false);
  await writeFile(log, 'short');
  expect(rotateLog(log, { maxBytes: 10, keep: 2 })).toBe(false);
  expect(await readFile(log, 'utf8')).toBe('short');
});

test('a rotation keeps so many pieces, the newest first', async () => {
  for (const letter of 'abcd') {
    await writeFile(log, letter.repeat(10));
    expect(rotateLog(log, { maxBytes: 10, keep: 2 })).toBe(true);
  }
  expect((await readdir(folder)).sort()).toEqual(['a.log', 'a.log.1', 'a.log.2']);
  expect(await readFile(`${log}.1`, 'utf8')).toBe('d'.repeat(10));
  expect(await readFile(`${log}.2`, 'utf8')).toBe('c'.repeat(10));
});

test('a rotation keeps no piece when told so', async () => {
  await writeFile(log, 'x'.repeat(20));
  rotateLog(log, { maxBytes: 10, keep: 0 });
  expect(await readdir(folder)).toEqual(['a.log']);
});

test('a writer that has the log open goes on writing at its start', async () => {
  const writer = openLog(log);
  writeSync(writer, 'one\n');
  rotateLog(log, { maxBytes: 4, keep: 1 });
  writeSync(writer, 'two\n');
  closeSync(writer);
  expect(await readFile(log, 'utf8')).toBe('two\n');
  expect(await readFile(`${log}.1`, 'utf8')).toBe('one\n');
});

test('a piece is never larger than the limit', async () => {
  await writeFile(log, `${'old'.repeat(1000)}0123456789`);
  rotateLog(log, { maxBytes: 10, keep: 1 });
  expect(await readFile(`${log}.1`, 'utf8')).toBe('0123456789');
});

test('what is kept of a log that is too long begins with a whole line', async () => {
  await writeFile(log, 'one\ntwo\nthree\nfour\n');
  rotateLog(log, { maxBytes: 12, keep: 1 });
  expect(await readFile(`${log}.1`, 'utf8')).toBe('three\nfour\n');
  await writeFile(log, 'one\ntwo\nthree\n');
  rotateLog(log, { maxBytes: 10, keep: 1 });
  expect(await readFile(`${log}.1`, 'utf8')).toBe('two\nthree\n');
});

test('those who read a log are told where its bytes went', async () => {
  const told: unknown[] = [];
  const done = onRotation(log, (rotation) => told.push(rotation));
  await writeFile(log, 'one\ntwo\n');
  rotateLog(log, { maxBytes: 5, keep: 1 });
  await writeFile(log, 'three\n');
  rotateLog(log, { maxBytes: 5, keep: 0 });
  expect(told).toEqual([{ keptFrom: 4, size: 8 }, { keptFrom: 6, size: 6 }]);
  done();
  await writeFile(log, 'three\n');
  rotateLog(log, { maxBytes: 5, keep: 0 });
  expect(told).toHaveLength(2);
});
