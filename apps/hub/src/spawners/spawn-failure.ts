import { ProcessError } from '#process';
import { messageOf } from '../errors.js';
import { SpawnError } from './spawn-error.js';

/** What is wrong when a process could not be started, in words for the person and for the operator. */
export function spawnFailure(error: unknown, program: string): unknown {
  if (!(error instanceof ProcessError)) return error;
  const notes = { detail: messageOf(error), cause: error };
  switch (error.code) {
    case 'command-not-found':
    case 'not-executable':
      return new SpawnError('command-missing', `The program of your server, ${program}, cannot be run`, {
        ...notes,
        hint: 'Install it, or correct Spawner.cmd; a name without a folder is looked for in the PATH of the hub',
      });
    case 'not-permitted':
      return new SpawnError('account', 'The hub may not start servers for your account', { ...notes, hint: 'Run the hub as root, or use spawner_class: simple' });
    case 'no-directory':
      return new SpawnError('home', 'Your home folder cannot be entered', { ...notes, hint: 'Look at the folder and its permissions' });
    case 'no-log-file':
      return new SpawnError('internal', 'The output of your server cannot be written', { ...notes, hint: 'Look at Elara.log_dir and its permissions' });
    default:
      return new SpawnError('internal', 'Your server could not be started', notes);
  }
}
