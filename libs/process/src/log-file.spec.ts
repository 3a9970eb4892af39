import { appendFile, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { logPath, openLog, rotateLog, tailLog } from './log-file.js';

let folder: string;
let log: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'log-'));
  log = join(folder, 'a.log');
});
afterEach(() => rm(folder, { recursive: true }));

describe('rotation', () => {
  test('leaves a small log, and one that is not there, alone', async () => {
    expect(rotateLog(log, { maxBytes: 10, keep: 2 })).toBe(false);
    await writeFile(log, 'short');
    expect(rotateLog(log, { maxBytes: 10, keep: 2 })).toBe(false);
    expect(await readFile(log, 'utf8')).toBe('short');
  });

  test('keeps so many pieces, the newest first', async () => {
    for (const letter of 'abcd') {
      await writeFile(log, letter.repeat(10));
      expect(rotateLog(log, { maxBytes: 10, keep: 2 })).toBe(true);
    }
    expect((await readdir(folder)).sort()).toEqual(['a.log', 'a.log.1', 'a.log.2']);
    expect(await readFile(`${log}.1`, 'utf8')).toBe('d'.repeat(10));
    expect(await readFile(`${log}.2`, 'utf8')).toBe('c'.repeat(10));
  });

  test('keeps no piece when told so', async () => {
    await writeFile(log, 'x'.repeat(20));
    rotateLog(log, { maxBytes: 10, keep: 0 });
    expect(await readdir(folder)).toEqual(['a.log']);
  });

  test('a writer that has the log open goes on writing at its start', async () => {
    const writer = await openLog(log);
    await writer.write('one\n');
    rotateLog(log, { maxBytes: 4, keep: 1 });
    await writer.write('two\n');
    await writer.close();
    expect(await readFile(log, 'utf8')).toBe('two\n');
    expect(await readFile(`${log}.1`, 'utf8')).toBe('one\n');
  });

  test('a piece is never larger than the limit', async () => {
    await writeFile(log, `${'old'.repeat(1000)}0123456789`);
    rotateLog(log, { maxBytes: 10, keep: 1 });
    expect(await readFile(`${log}.1`, 'utf8')).toBe('0123456789');
  });
});

describe('tail', () => {
  test('gives the last lines, finished or not', async () => {
    await writeFile(log, 'one\ntwo\nthree');
    expect(await tailLog(log, 2)).toEqual(['two', 'three']);
    await appendFile(log, '\n');
    expect(await tailLog(log, 2)).toEqual(['two', 'three']);
    expect(await tailLog(log, 0)).toEqual([]);
  });

  test('of a log that is not there is empty', async () => expect(await tailLog(log, 5)).toEqual([]));

  test('reads only the end, and drops the line it starts within', async () => {
    await writeFile(log, `${'x'.repeat(100_000)}\nä ö ü\nlast\n`);
    expect(await tailLog(log, 50, 20)).toEqual(['ä ö ü', 'last']);
    expect(await tailLog(log, 50, 3)).toEqual(['st']);
  });
});

describe('the path of a log', () => {
  test.each(['..', '.', '../x', 'a/b', 'a\0b', 'x'.repeat(300), 'ä'.repeat(300), '\ud800', 'plain'])('of %j is one file name', (name) => {
    const path = logPath('/logs', name);
    expect(path).toBe(join('/logs', basename(path)));
    expect(Buffer.byteLength(basename(path))).toBeLessThan(240);
    expect(basename(path)).not.toMatch(/^\./);
  });

  test('differs for different long names', () => {
    expect(logPath('/', `${'x'.repeat(300)}1`)).not.toBe(logPath('/', `${'x'.repeat(300)}2`));
  });
});
