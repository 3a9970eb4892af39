import { UsageError } from './command-line.js';

/** Exit status when the command line or the environment has to be changed. */
const USAGE_STATUS = 2;

/**
 * Runs a program until it is done or told to end: Ctrl-C and SIGTERM fire the signal, a second one ends it at once.
 * Sets the exit status: 0 done or told to end, 1 failed, 2 used wrongly. Failures are one line on standard error.
 *
 * @param name what the program calls itself in messages
 */
export async function runProgram(name: string, program: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const ending = new AbortController();
  const end = (signal: NodeJS.Signals) => {
    if (ending.signal.aborted) process.exit(signal === 'SIGINT' ? 130 : 143);
    ending.abort();
  };
  process.on('SIGINT', end).on('SIGTERM', end);
  try {
    await program(ending.signal);
  } catch (error) {
    if (!ending.signal.aborted) fail(name, error);
  } finally {
    process.off('SIGINT', end).off('SIGTERM', end);
  }
}

function fail(name: string, error: unknown): void {
  process.stderr.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof UsageError ? USAGE_STATUS : 1;
}

/**
 * The value of an environment variable that a program cannot do without.
 *
 * @param meaning says what it holds and where it comes from
 * @throws UsageError naming the variable
 */
export function requireVariable(env: NodeJS.ProcessEnv, variable: string, meaning: string): string {
  const value = env[variable];
  if (!value) throw new UsageError(`${variable} is not set: ${meaning}`);
  return value;
}
