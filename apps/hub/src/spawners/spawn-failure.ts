import { ProcessError, type ProcessErrorCode } from '#process';
import { messageOf } from '../errors.js';
import { WITHOUT_ROOT } from './placement.js';
import { type FailureCode, SpawnError } from './spawn-error.js';

const MISSING = {
  code: 'command-missing',
  message: (program: string) => `The program of your server, ${program}, cannot be run`,
  hint: 'Install it, or correct Spawner.cmd; a name without a folder is looked for in the PATH of the hub',
} as const;

const KNOWN: Partial<Record<ProcessErrorCode, { code: FailureCode; message: (program: string) => string; hint: string }>> = {
  'command-not-found': MISSING,
  'not-executable': MISSING,
  'not-permitted': {
    code: 'account',
    message: () => 'The hub may not start servers for your account',
    hint: `Run the hub as root, or ${WITHOUT_ROOT}`,
  },
  'no-directory': { code: 'home', message: () => 'Your home folder cannot be entered', hint: 'Look at the folder and its permissions' },
  'no-log-file': {
    code: 'internal',
    message: () => 'The output of your server cannot be written',
    hint: 'Look at Elara.log_dir and its permissions',
  },
};

/** What is wrong when a process could not be started, in words for the person and for the operator. */
export function spawnFailure(error: unknown, program: string): unknown {
  if (!(error instanceof ProcessError)) return error;
  const { code, message, hint } = KNOWN[error.code] ?? { code: 'internal', message: () => 'Your server could not be started', hint: '' };
  return new SpawnError(code, message(program), { detail: messageOf(error), hint, cause: error });
}
