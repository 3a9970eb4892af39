import { messageOf } from '../errors.js';
import { SpawnError } from './spawn-error.js';
import type { Unit } from './systemd-unit.js';

/** With what systemd itself ends a unit that it cannot start (systemd.exec(5)). */
const [EXIT_CHDIR, EXIT_EXEC] = [200, 203];

/** What is wrong when a unit could not be started, in words for the person and for the operator. @param status with what it ended; undefined when unknown */
export function unitFailure(error: unknown, status: number | undefined, { command, cwd }: Unit): unknown {
  if (error instanceof SpawnError) return error;
  const notes = { detail: messageOf(error), hint: 'The journal of the machine may tell more (journalctl)', cause: error };
  if (status === EXIT_EXEC) return new SpawnError('command-missing', `The program of your server, ${command[0]}, cannot be run`, { ...notes, hint: 'See that the account of the person may run it' });
  if (status === EXIT_CHDIR) return new SpawnError('home', 'Your home folder cannot be entered', { ...notes, hint: `Look at ${cwd} and its permissions` });
  return new SpawnError('internal', 'Your server could not be started', notes);
}
