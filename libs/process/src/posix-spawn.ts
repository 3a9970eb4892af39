import { constants } from 'node:os';
import type { Launch, Program } from './launch.js';
import { Reaper } from './reaper.js';

type LibraryHandle = import('koffi').LibraryHandle;

/** spawn.h of glibc and musl. */
const [SETSIGDEF, SETSIGMASK, SETSID] = [0x04, 0x08, 0x80];
/** More than `posix_spawnattr_t` (336 bytes), `posix_spawn_file_actions_t` (80) and `sigset_t` (128) take in either. */
const [ATTRIBUTES_BYTES, ACTIONS_BYTES, SIGNALS_BYTES] = [512, 256, 128];
const [O_RDONLY, O_WRONLY] = [0, 1];

/**
 * Starts programs by posix_spawn(3). What Node and execa do, fork(2), copies the tables of all our memory and makes us pay for each page
 * that we write to afterwards: with a hub of 100 MB that was a quarter of a start.
 * @returns undefined where the C library lacks something for it
 */
export async function posixSpawn(): Promise<Launch | undefined> {
  try {
    const { default: koffi } = await import('koffi');
    const libc = koffi.load(null);
    const spawn = spawner(libc);
    const reaper = new Reaper(libc, koffi.sizeof('void *'));
    return async (program) => {
      const pid = spawn(program);
      return { pid, exited: reaper.exitOf(pid) };
    };
  } catch {
    // koffi is not built for every processor, and addchdir_np is not in every C library
    return undefined;
  }
}

/** @returns what starts a program, and gives its pid */
function spawner(libc: LibraryHandle): (program: Program) => number {
  const posix_spawn = libc.func('int posix_spawn(_Out_ int *pid, const char *file, void *actions, void *attributes, const char **argv, const char **envp)');
  const attributes = spawnAttributes(libc);
  const withActions = fileActions(libc);
  return (program) => {
    const { file, argv, env } = program;
    const environment = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    requireText([file, ...argv, ...environment, program.cwd]);
    const pid: [number] = [0];
    const attempt = (path: string, args: readonly string[]) =>
      withActions(program, (actions) => posix_spawn(pid, path, actions, attributes, [...args, null], [...environment, null]) as number);
    let failure = attempt(file, argv);
    // a script without a first line that names its interpreter: as execvp(3) does
    if (failure === constants.errno.ENOEXEC) failure = attempt('/bin/sh', ['/bin/sh', file, ...argv.slice(1)]);
    if (failure !== 0) throw systemError(failure, file);
    return pid[0];
  };
}

/** A session of its own, no signal blocked, and each with its usual effect: Node, for one, ignores SIGPIPE. */
function spawnAttributes(libc: LibraryHandle): Buffer {
  const attributes = Buffer.alloc(ATTRIBUTES_BYTES);
  libc.func('int posix_spawnattr_init(void *attributes)')(attributes);
  libc.func('int posix_spawnattr_setflags(void *attributes, short flags)')(attributes, SETSID | SETSIGDEF | SETSIGMASK);
  libc.func('int posix_spawnattr_setsigdefault(void *attributes, void *signals)')(attributes, Buffer.alloc(SIGNALS_BYTES, 0xff));
  libc.func('int posix_spawnattr_setsigmask(void *attributes, void *signals)')(attributes, Buffer.alloc(SIGNALS_BYTES));
  return attributes;
}

/** @returns what calls `use` with what is to be done between fork and exec */
function fileActions(libc: LibraryHandle): (surroundings: Pick<Program, 'cwd' | 'output'>, use: (actions: Buffer) => number) => number {
  const init = libc.func('int posix_spawn_file_actions_init(void *actions)');
  const open = libc.func('int posix_spawn_file_actions_addopen(void *actions, int fd, const char *path, int flags, uint32_t mode)');
  const dup2 = libc.func('int posix_spawn_file_actions_adddup2(void *actions, int from, int to)');
  const chdir = libc.func('int posix_spawn_file_actions_addchdir_np(void *actions, const char *path)');
  const destroy = libc.func('int posix_spawn_file_actions_destroy(void *actions)');
  return ({ cwd, output }, use) => {
    const actions = Buffer.alloc(ACTIONS_BYTES);
    init(actions);
    open(actions, 0, '/dev/null', O_RDONLY, 0);
    for (const fd of [1, 2]) {
      if (output === undefined) open(actions, fd, '/dev/null', O_WRONLY, 0);
      else dup2(actions, output, fd);
    }
    chdir(actions, cwd);
    try {
      return use(actions);
    } finally {
      destroy(actions);
    }
  };
}

/** C ends a text at its first null byte: what came after it would be lost in silence. */
function requireText(texts: readonly string[]): void {
  if (texts.some((text) => text.includes('\0'))) throw new TypeError('its command, folder and environment must not contain null bytes');
}

function systemError(errno: number, file: string): Error {
  const code = Object.entries(constants.errno).find(([, number]) => number === errno)?.[0] ?? `error ${errno}`;
  return Object.assign(new Error(`posix_spawn ${file} ${code}`), { code });
}
