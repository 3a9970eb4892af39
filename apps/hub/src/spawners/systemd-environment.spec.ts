import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EnvironmentFiles, environmentText } from './systemd-environment.js';
import type { SpawnError } from './spawn-error.js';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'elara-env-'))));
afterEach(() => rm(folder, { recursive: true }));

test('the variables are in a file that nobody else can read, until it is removed', async () => {
  const inside = join(folder, 'run', 'elara');
  const files = new EnvironmentFiles(inside);
  const file = await files.write('jupyter-ann', { TOKEN: 'secret', PATH: '/bin' });
  expect(file).toBe(join(inside, 'jupyter-ann.env'));
  expect(await readFile(file, 'utf8')).toBe("PATH='/bin'\nTOKEN='secret'\n");
  expect([(await stat(file)).mode & 0o777, (await stat(inside)).mode & 0o777]).toEqual([0o400, 0o700]);
  await files.write('jupyter-ann', { TOKEN: 'another' });
  expect(await readFile(file, 'utf8')).toBe("TOKEN='another'\n");
  await files.remove('jupyter-ann');
  await files.remove('jupyter-ann');
  expect(await readdir(inside)).toEqual([]);
});

test('a link that lies in its place leads nowhere', async () => {
  const inside = join(folder, 'run');
  await new EnvironmentFiles(inside).write('other', {});
  await writeFile(join(folder, 'precious'), 'as it was');
  await symlink(join(folder, 'precious'), join(inside, 'u.env'));
  await new EnvironmentFiles(inside).write('u', { A: '1' });
  expect(await readFile(join(folder, 'precious'), 'utf8')).toBe('as it was');
});

test('nothing is written where others can look', async () => {
  await chmod(folder, 0o755);
  const failed = new EnvironmentFiles(folder).write('u', { TOKEN: 'secret' }).catch((error: SpawnError) => error);
  expect(await failed).toMatchObject({ code: 'internal', detail: expect.stringContaining(folder) as string });
  expect(await readdir(folder)).toEqual([]);
});

test('values are quoted', () => {
  expect(environmentText({ B: `it's`, A: '"$x" `y` \\n', C: 'two\nlines\t', D: '', E: 'ü=#' })).toBe(`A='"$x" \`y\` \\n'\nB='it'"'"'s'\nC='two\nlines\t'\nD=''\nE='ü=#'\n`);
});

test.each([
  [{ 'a.b': 'x' }, '"a.b"'],
  [{ '1a': 'x' }, '"1a"'],
  [{ '': 'x' }, '""'],
  [{ 'A=B': 'x' }, '"A=B"'],
  [{ A: 'x\0' }, '"A"'],
  [{ A: '\u001b[1m' }, '"A"'],
  [{ A: 'a\rb' }, '"A"'],
])('%j is refused: systemd would leave it out', (environment, name) => {
  const fails = () => environmentText(environment as unknown as Record<string, string>);
  expect(fails).toThrow(expect.objectContaining({ code: 'options', detail: expect.stringContaining(`the variable ${name}:`) as string }));
});
