import { Logger } from '@nestjs/common';
import { sleep } from '#process';
import { messageOf } from '../errors.js';
import { clientIdOf, serverMarks } from '../spawners/spawner-env.js';
import { runHandle, type ServerRun, tokenNote } from './server-run.js';

const log = new Logger('servers');

export async function removeRoute({ record, tools, prefix }: ServerRun): Promise<void> {
  log.log(`Removing user ${record.user.name} from proxy (${prefix})`);
  await tools.proxy.removeRoute(prefix);
}

/** The hub or the machine is out of something for the moment. */
const SHORTAGES = new Set(['EMFILE', 'ENFILE', 'EAGAIN', 'ENOMEM']);
const MOST_TRIES = 30;
const PAUSE_MS = 1000;

/** What cannot be done for want of files or memory is tried again: given up, the process would run on with nobody who knows of it. */
export async function stopProcess(run: ServerRun): Promise<void> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await stopOnce(run);
    } catch (error) {
      if (tried === MOST_TRIES || !SHORTAGES.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
      log.warn(`Cannot stop the process of ${run.logName} yet: ${messageOf(error)}`);
      await sleep(PAUSE_MS);
    }
  }
}

async function stopOnce(run: ServerRun): Promise<void> {
  const { spawner } = run.tools;
  const handle = runHandle(run);
  if (run.resumed && Object.keys(handle.state).length === 0) {
    const { record, tools, traits } = run;
    const found = await spawner.adopt(handle, serverMarks({ urls: tools.urls, user: record.user.name, server: record.name, traits }));
    if (found) return spawner.stop({ ...handle, state: found.state, memo: found.memo });
  }
  await spawner.stop(handle);
}

/**
 * What the server was allowed to do ends with it: the sessions of its visitors with its OAuth client, and its token, which is found by its
 * note, for the hub that made it may be gone.
 */
export async function noteStop({ record, tools, prefix }: ServerRun): Promise<void> {
  const { repository, clients, tokens, activity, cache } = tools;
  const after = [clients.removal(clientIdOf(record.user.name, record.name)), tokens.revocation(record.user.id, tokenNote(prefix))];
  await repository.recordStop(record.id, after);
  cache.bump();
  activity.record('users', record.user.id, new Date());
}
