import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ConfigError } from '../config-error.js';

const SCRIPT = fileURLToPath(new URL('../python-config.py', import.meta.url));

const LONGEST_ANSWER = 32 * 1024 * 1024;

/**
 * Runs python-config.py on the file, in the hub's working directory and environment, and returns its answer.
 * @throws ConfigError when there is no python3, or it does not answer within `timeoutMs`
 */
export async function runPython(file: string, timeoutMs: number): Promise<string> {
  const because = (message: string, cause?: unknown) =>
    new ConfigError([{ file, key: '', message: `cannot be run: ${message}` }], { cause });
  // what the file prints goes to standard error: standard output belongs to the command's own result
  const child = spawn('python3', ['-B', SCRIPT, file], {
    stdio: ['ignore', 2, 2, 'pipe'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  const [answer, end] = await Promise.all([read(child.stdio[3] as NodeJS.ReadableStream), ended(child)]);
  if (end.error) throw because(startMessage(end.error), end.error);
  if (answer === undefined) throw because('it sets more than 32 MiB');
  if (child.killed) throw because(`python3 was not finished after ${timeoutMs / 1000} seconds`);
  if (end.signal) throw because(`python3 ended by ${end.signal}`);
  if (answer === '') throw because(`python3 ended with status ${end.code} before the end of the file`);
  return answer;
}

function startMessage(error: NodeJS.ErrnoException): string {
  if (error.code !== 'ENOENT') return `python3 does not start: ${error.message}`;
  return 'python3 is not installed, or not on PATH; install it (apt install python3), or write the config as YAML';
}

interface End {
  code?: number | null;
  signal?: NodeJS.Signals | null;
  error?: NodeJS.ErrnoException;
}

function ended(child: ChildProcess): Promise<End> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ error }));
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
}

/** All that the pipe says, or undefined when that is too long. */
async function read(pipe: NodeJS.ReadableStream | null | undefined): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of pipe ?? []) {
    length += (chunk as Buffer).length;
    if (length > LONGEST_ANSWER) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString();
}
