import { SpawnError } from '../spawners/spawn-error.js';
import { messageOf } from '../errors.js';
import type { ServerRun } from './server-run.js';

/** What the authenticator does before a server starts, such as opening a PAM session (reference hub-behaviour 4.2, `pre_spawn_start`). */
export async function tellAuthenticatorOfStart({ record, tools }: ServerRun): Promise<void> {
  try {
    await tools.authenticator.beforeStart?.({ name: record.user.name });
  } catch (error) {
    throw new SpawnError('authenticator', 'Your server could not be started, because your login could not be prepared for it', {
      detail: `cannot start a server for ${record.user.name}: because the authenticator failed: ${messageOf(error)}`,
      hint: 'Tell whoever runs this hub',
      cause: error,
    });
  }
}

/** What it does after a server has stopped (`post_spawn_stop`). */
export async function tellAuthenticatorOfStop({ record, tools }: ServerRun): Promise<void> {
  await tools.authenticator.afterStop?.({ name: record.user.name });
}
