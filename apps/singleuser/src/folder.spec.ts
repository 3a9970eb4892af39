import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPlace, pathParts } from './folder.js';

let outside: string;
let root: string;

beforeAll(async () => {
  outside = await mkdtemp(join(tmpdir(), 'folder-'));
  root = join(outside, 'root');
  await mkdir(join(root, 'sub', 'deeper'), { recursive: true });
  await mkdir(join(outside, 'root-sibling'));
  await writeFile(join(outside, 'secret.txt'), 'secret');
  await writeFile(join(root, 'notes.txt'), 'notes');
  await writeFile(join(root, '.hidden'), 'hidden');
  await symlink('../secret.txt', join(root, 'leads-out'));
  await symlink('../root-sibling', join(root, 'leads-beside'));
  await symlink('/', join(root, 'leads-up'));
  await symlink('../notes.txt', join(root, 'sub', 'leads-in'));
  await symlink('nowhere', join(root, 'dangling'));
  await symlink('loop', join(root, 'loop'));
  execFileSync('mkfifo', [join(root, 'pipe')]);
});

afterAll(() => rm(outside, { recursive: true, force: true }));

describe('pathParts', () => {
  it.each([
    ['', []],
    ['a/b%20c/', ['a', 'b c']],
    ['a//b', ['a', 'b']],
    ['%C3%A9%3F%23', ['é?#']],
  ])('%s is %j', (path, parts) => {
    expect(pathParts(path)).toEqual(parts);
  });

  it.each(['..', '%2e%2e', 'a/../b', '%2e%2e%2fetc', 'a%2fb', '..%2f..', '.', '.hidden', 'a%00', '%', '%ff'])(
    '%s is nothing here',
    (path) => {
      expect(() => pathParts(path)).toThrow('There is no such file here.');
    },
  );
});

describe('openPlace', () => {
  it('lists folders first, without hidden files, dangling links or what links outside as anything to open', async () => {
    const place = await openPlace(root, []);
    const entries = place.kind === 'folder' ? place.entries.map(({ name, kind }) => [name, kind]) : [];
    expect(entries).toEqual([
      ['sub', 'folder'],
      ['leads-beside', 'other'],
      ['leads-out', 'other'],
      ['leads-up', 'other'],
      ['notes.txt', 'file'],
      ['pipe', 'other'],
    ]);
  });

  it.each([[['notes.txt']], [['sub', 'leads-in']]])('opens %j', async (parts) => {
    const place = await openPlace(root, parts);
    expect(place).toMatchObject({ kind: 'file', size: 5 });
    if (place.kind === 'file') await place.handle.close();
  });

  it.each([
    [['leads-out']],
    [['leads-beside']],
    [['leads-up', 'etc', 'passwd']],
    [['dangling']],
    [['loop']],
    [['pipe']],
    [['missing']],
    [['notes.txt', 'x']],
    [['x'.repeat(300)]],
  ])('finds nothing at %j', async (parts) => {
    await expect(openPlace(root, parts)).rejects.toMatchObject({ status: 404 });
  });

  it('works when the root itself is a symlink, or the whole disk', async () => {
    await symlink(root, join(outside, 'link'));
    expect(await openPlace(join(outside, 'link'), ['sub'])).toMatchObject({ kind: 'folder' });
    expect(await openPlace('/', ['etc'])).toMatchObject({ kind: 'folder' });
  });
});
