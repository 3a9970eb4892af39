import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lastLines, safeFileName, serverLogFile } from './server-log.js';

describe('safeFileName', () => {
  test.each([
    ['alice', '', 'alice'],
    ['alice', 'lab', 'alice@lab'],
    ['a.b', '', 'a.b'],
    ['..', '', '%2E.'],
    ['a/b', 'c/d', 'a%2Fb@c%2Fd'],
    ['un.a@example.org', '', 'un.a%40example.org'],
    ['a~b', '', 'a%7Eb'],
  ])('%j %j is %s', (user, server, name) => expect(safeFileName(user, server)).toBe(name));

  test('a long name is cut and stays unique', () => {
    const names = [safeFileName('x'.repeat(300), ''), safeFileName(`${'x'.repeat(299)}y`, '')];
    expect(names[0]!.length).toBe(200);
    expect(names[0]).not.toBe(names[1]);
  });

  test('two servers never share a file, and no name leaves the folder', () => {
    const name = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: fc.constantFrom('.', '/', '@', '~', '%', '2', 'a', '\0') }));
    fc.assert(
      fc.property(name, name, name, name, (user, server, user2, server2) => {
        const file = safeFileName(user, server);
        expect(file).not.toMatch(/[/\0]|^\.{1,2}$/);
        if (user !== user2 || server !== server2) expect(file).not.toBe(safeFileName(user2, server2));
      }),
    );
  });
});

test('the log file stands below log_dir', () => {
  expect(serverLogFile('/var/log/elara', 'a/b', '')).toBe('/var/log/elara/servers/a%2Fb.log');
});

describe('lastLines', () => {
  let folder: string;
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'elara-log-'))));
  afterEach(() => rm(folder, { recursive: true }));

  test('are the newest ones of this run', async () => {
    const file = join(folder, 'a.log');
    await writeFile(file, 'old\none\n\ntwo\nthree\n');
    expect(await lastLines(file, 2)).toEqual(['two', 'three']);
    expect(await lastLines(file, 10, 4)).toEqual(['one', 'two', 'three']);
    expect(await lastLines(file, 10, 4000)).toEqual(['old', 'one', 'two', 'three']);
  });

  test('are none when there is no file', async () => expect(await lastLines(join(folder, 'none.log'), 5)).toEqual([]));
});
