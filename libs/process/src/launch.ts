import { execa } from 'execa';
import type { Exit } from './child.js';
import { onLinux } from './identity.js';
import { posixSpawn } from './posix-spawn.js';

/** A program to be run, and what it gets. */
export interface Program {
  /** Absolute, or relative to `cwd`. */
  file: string;
  /** As the program sees them, its own name first. */
  argv: readonly string[];
  cwd: string;
  /** The whole environment. */
  env: Readonly<Record<string, string>>;
  /** Open file for stdout and stderr; without it they are thrown away. */
  output?: number;
}

export interface Launched {
  pid: number;
  /** Never rejects. */
  exited: Promise<Exit>;
}

/**
 * Starts a program in a session of its own, with nothing on stdin; it lives on when we end.
 * @throws an Error with the `code` of the system's, if the system refuses
 */
export type Launch = (program: Program) => Promise<Launched>;

/** Where posix_spawn(3) is not to be had, as on macOS: it costs three times as much. */
export const launchByExeca: Launch = async ({ file, argv, cwd, env, output = 'ignore' }) => {
  // any open descriptor will do; execa's types name only the first
  const stdio = ['ignore' as const, output as 'ignore' | 3, output as 'ignore' | 3] as const;
  const options = { argv0: argv[0] ?? file, cwd, env, extendEnv: false, detached: true, cleanup: false, reject: false, buffer: false, stdio };
  const subprocess = execa(file, argv.slice(1), options);
  if (subprocess.pid === undefined) throw (await subprocess).cause;
  subprocess.unref();
  const exited = subprocess.then(({ exitCode, signal }) => ({ code: exitCode ?? null, signal: (signal as NodeJS.Signals) ?? null }));
  return { pid: subprocess.pid, exited };
};

let chosen: Promise<Launch> | undefined;

/** The way to start programs that suits this machine. */
export const launcher = (): Promise<Launch> => (chosen ??= choose());

async function choose(): Promise<Launch> {
  return (onLinux ? await posixSpawn() : undefined) ?? launchByExeca;
}
