import { CommanderError, type Command } from 'commander';
import { HubError } from '../errors.js';
import { printError } from './output.js';
import { buildProgram } from './program.js';
import { splitArguments } from './split-arguments.js';

const USAGE_ERROR = 2;

/**
 * The `elara` command.
 * @param args what follows the program's name
 * @returns exit status: 0, 1 for what failed, 2 for a command line that cannot be understood.
 *   A hub that was started goes on running after this returns.
 */
export async function run(args: readonly string[]): Promise<number> {
  const { traits, others } = splitArguments(args);
  let status = 0;
  const program = exitless(buildProgram(traits, (result) => (status = result)));
  try {
    await program.parseAsync(others, { from: 'user' });
    return status;
  } catch (error) {
    return statusOf(error);
  }
}

/** Commander would end the process by itself. */
function exitless(command: Command): Command {
  for (const sub of command.commands) exitless(sub);
  return command.exitOverride();
}

function statusOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE_ERROR;
  if (error instanceof HubError) printError(error.message);
  else printError(error instanceof Error ? `${error.stack}` : String(error));
  return 1;
}
