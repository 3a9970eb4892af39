import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './hub.js';

/** The command of a server, or service, that tells about itself. */
export const MOCK = [process.execPath, path.join(root, 'test', 'conformance', 'mock-singleuser.mjs')];

/** The command of a service that prints numbered lines. */
export const COUNTING = [process.execPath, path.join(root, 'test', 'support', 'counting-service.mjs')];

/** The command of one of the project's launchers in `bin`. */
export const launcher = (name: string): string[] => [process.execPath, path.join(root, 'bin', name)];

export interface Program {
  pid: number;
  /** What it has written so far, both streams. */
  output(): string;
  /** What it has written to standard output alone. */
  stdout(): string;
  /** Types something. */
  type(text: string): void;
  /** Its exit status, or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals>;
  kill(signal?: NodeJS.Signals): void;
}

export interface ProgramOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Leads a process group, as under a terminal: `kill` reaches all of it. */
  group?: boolean;
}

const running = new Set<ChildProcessWithoutNullStreams>();

/** Starts a program in the background; `endPrograms` ends those that are left. */
export function launch([file, ...args]: readonly string[], { cwd, env = {}, group = false }: ProgramOptions = {}): Program {
  const child = spawn(file!, args, { cwd, env: { ...process.env, ...env }, detached: group });
  let [output, stdout] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  running.add(child);
  const ended = new Promise<number | NodeJS.Signals>((resolve, reject) => {
    child.once('error', reject).once('close', (code, signal) => {
      running.delete(child);
      resolve(code ?? signal!);
    });
  });
  const kill = (signal: NodeJS.Signals = 'SIGTERM') => void process.kill(group ? -child.pid! : child.pid!, signal);
  return { pid: child.pid!, output: () => output, stdout: () => stdout, type: (text) => void child.stdin.write(text), ended, kill };
}

/** Runs one of the project's launchers in `bin` to its end. */
export async function runBin(name: string, args: readonly string[], options: ProgramOptions = {}): Promise<{ status: number | NodeJS.Signals; output: string; stdout: string }> {
  const program = launch([...launcher(name), ...args], options);
  const status = await program.ended;
  return { status, output: program.output(), stdout: program.stdout() };
}

export function endPrograms(): void {
  for (const child of running) child.kill('SIGKILL');
}

/** Words of a process's command line; none when it is gone. */
export const commandLineOf = (pid: number): string[] => words(`/proc/${pid}/cmdline`);

/** A process's environment; empty when it is gone. */
export function environmentOf(pid: number): Record<string, string> {
  return Object.fromEntries(words(`/proc/${pid}/environ`).map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
}

/** Pids of the processes that have all of these variables in their environment. */
export function processesWith(variables: Record<string, string>): number[] {
  const pids = readdirSync('/proc').map(Number).filter((pid) => pid > 0);
  return pids.filter((pid) => {
    const environment = environmentOf(pid);
    return Object.entries(variables).every(([name, value]) => environment[name] === value);
  });
}

function words(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\0').filter(Boolean);
  } catch {
    // the process is gone, or not ours to look at
    return [];
  }
}
