import { closeSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { readStat } from './identity.js';
import { type Launch, launchByExeca, type Program } from './launch.js';
import { openLog } from './log-file.js';
import { posixSpawn } from './posix-spawn.js';
import { exitFrom } from './reaper.js';

/** Node and the hub keep signals from children that they should get. */
const IGNORED = 'SIGPIPE';
const onLinux = process.platform === 'linux';

const ways: [string, () => Promise<Launch | undefined>][] = [['execa', () => Promise.resolve(launchByExeca)], ...(onLinux ? [['posix_spawn', posixSpawn] as [string, typeof posixSpawn]] : [])];

describe.each(ways)('by %s', (_, way) => {
  let launch: Launch;
  let folder: string;
  let log: string;
  beforeEach(async () => {
    launch = (await way())!;
    folder = await mkdtemp(join(tmpdir(), 'launch-'));
    log = join(folder, 'log');
  });
  afterEach(() => rm(folder, { recursive: true }));

  const shell = (script: string, more: Partial<Program> = {}) =>
    launch({ file: '/bin/sh', argv: ['its-name', '-c', script], cwd: folder, env: { PATH: process.env.PATH! }, ...more });

  /** What a script writes to both its outputs. */
  async function printed(script: string, more: Partial<Program> = {}) {
    const output = openLog(log);
    const { exited } = await shell(script, { output, ...more });
    closeSync(output);
    await exited;
    return (await readFile(log, 'utf8')).trimEnd().split('\n');
  }

  test('a program gets its name, its folder, its environment and no more, and nothing to read', async () => {
    const lines = await printed('echo $0; pwd; env | grep -v "^\\(PWD\\|_\\|SHLVL\\)="; cat; echo end >&2', { env: { ANSWER: 'ä 42', PATH: '/usr/bin:/bin' } });
    expect(lines[0]).toBe('its-name');
    expect(lines[1]).toBe(folder);
    expect(lines.slice(2, -1).sort()).toEqual(['ANSWER=ä 42', 'PATH=/usr/bin:/bin']);
    expect(lines.at(-1)).toBe('end');
  });

  test('it leads a session of its own, has no file of ours, and no signal is kept from it', async () => {
    const ours = openLog(join(folder, 'ours'));
    process.on(IGNORED, () => undefined);
    const { pid, exited } = await shell('exec sleep 60');
    expect(readStat(pid)).toMatchObject({ session: pid, group: pid, parent: process.pid });
    await vi.waitFor(async () => expect(await readFile(`/proc/${pid}/comm`, 'utf8')).toBe('sleep\n'), { timeout: 10_000 });
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    expect(/SigBlk:\s+(\w+)/.exec(status)![1]).toMatch(/^0+$/);
    expect(/SigIgn:\s+(\w+)/.exec(status)![1]).toMatch(/^0+$/);
    const { stdout } = await execa('ls', ['-l', `/proc/${pid}/fd`]);
    expect(stdout).not.toContain(folder);
    process.kill(pid, IGNORED);
    expect(await exited).toEqual({ code: null, signal: IGNORED });
    process.removeAllListeners(IGNORED);
    closeSync(ours);
  });

  test('the end of each is told, with its status, however many end at once and whoever else ends', async () => {
    const others = [execa('sh', ['-c', 'exit 9'], { reject: false }), execa('sleep', ['0.05'])];
    const launched = await Promise.all(Array.from({ length: 20 }, (_entry, index) => shell(`exit ${index}`)));
    expect(await Promise.all(launched.map(({ exited }) => exited))).toEqual(launched.map((_entry, code) => ({ code, signal: null })));
    expect((await others[0]!).exitCode).toBe(9);
    await others[1];
    for (const { pid } of launched) expect(readStat(pid)).toBeUndefined();
  });

  test('a script that names no interpreter is one for the shell', async () => {
    await writeFile(join(folder, 'script'), 'echo $1 >&2\n', { mode: 0o755 });
    expect(await printed('', { file: join(folder, 'script'), argv: ['script', 'argument'] })).toEqual(['argument']);
  });

  test('what cannot be run is refused with the code of the system', async () => {
    await writeFile(join(folder, 'script'), '#!/no/such/interpreter\n', { mode: 0o755 });
    await expect(shell('', { file: './script' })).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(shell('', { file: '/etc/passwd' })).rejects.toMatchObject({ code: 'EACCES' });
    await expect(shell('', { cwd: join(folder, 'nowhere') })).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(shell('', { env: { LONG: 'x'.repeat(3_000_000) } })).rejects.toMatchObject({ code: 'E2BIG' });
    await expect(shell('a\0b')).rejects.toThrow(/null bytes/);
  });
});

test('on Linux, programs are started by posix_spawn', async () => {
  expect(await posixSpawn()).toBeDefined();
});

test.each([
  [0, { code: 0, signal: null }],
  [0x0300, { code: 3, signal: null }],
  [0xff00, { code: 255, signal: null }],
  [9, { code: null, signal: 'SIGKILL' }],
  // with a core dump
  [0x80 | 11, { code: null, signal: 'SIGSEGV' }],
])('reads the status %i', (status, exit) => expect(exitFrom(status)).toEqual(exit));
