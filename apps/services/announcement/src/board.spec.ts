import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Board, NOTHING } from './board.js';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'board-'));
  file = join(folder, 'announcement.json');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe('Board', () => {
  it('is empty at first, and survives restarts', async () => {
    const board = await Board.load(file);
    expect(board.current).toEqual(NOTHING);
    const posted = await board.post('Down on Friday', 'ana');
    expect((await Board.load(file)).current).toEqual(posted);
    await board.clear();
    expect((await Board.load(file)).current).toEqual(NOTHING);
  });

  it('keeps the last of many posted at once, and leaves no other file behind', async () => {
    const board = await Board.load(file);
    await Promise.all(Array.from({ length: 20 }, (_, i) => board.post(`number ${i}`, 'ana')));
    expect(board.current.announcement).toBe('number 19');
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(board.current);
    expect(await readdir(folder)).toEqual(['announcement.json']);
  });

  it('stays as it was when the file cannot be written, and goes on when it can', async () => {
    const board = await Board.load(join(folder, 'later', 'a.json'));
    await expect(board.post('x', 'ana')).rejects.toThrow(/^cannot keep the announcement in .*later: because ENOENT/);
    expect(board.current).toEqual(NOTHING);
    const again = await Board.load(file);
    await again.post('y', 'ana');
    expect(again.current.announcement).toBe('y');
  });

  it.each(['', 'no json', '[]', '{"announcement":5}', `{"announcement":"${'x'.repeat(10_001)}"}`])(
    'refuses a file that holds %.20s',
    async (text) => {
      await writeFile(file, text);
      await expect(Board.load(file)).rejects.toThrow(`cannot read the announcement in ${file}: because`);
    },
  );
});
