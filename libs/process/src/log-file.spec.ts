import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { logPath, moveLog, removeLog } from './log-file.js';

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

test('a log is moved and deleted with all its pieces, and without its neighbours', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'log-'));
  for (const name of ['a.log', 'a.log.1', 'a.log.12', 'a.log.txt', 'a.logs', 'b.log.2']) await writeFile(join(folder, name), name);
  await moveLog(join(folder, 'a.log'), join(folder, 'b.log'));
  expect((await readdir(folder)).sort()).toEqual(['a.log.txt', 'a.logs', 'b.log', 'b.log.1', 'b.log.12']);
  expect(await readFile(join(folder, 'b.log.12'), 'utf8')).toBe('a.log.12');
  await removeLog(join(folder, 'b.log'));
  await removeLog(join(folder, 'none', 'b.log'));
  expect((await readdir(folder)).sort()).toEqual(['a.log.txt', 'a.logs']);
  await rm(folder, { recursive: true });
});
