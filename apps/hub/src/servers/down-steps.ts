import { Logger } from '@nestjs/common';
import { clientIdOf, serverMarks } from '../spawners/spawner-env.js';
import { runHandle, type ServerRun } from './server-run.js';

const log = new Logger('servers');

export async function removeRoute({ record, tools, prefix }: ServerRun): Promise<void> {
  log.log(`Removing user ${record.user.name} from proxy (${prefix})`);
  await tools.proxy.removeRoute(prefix);
}

export async function stopProcess(run: ServerRun): Promise<void> {
  const { spawner } = run.tools;
  const handle = runHandle(run);
  if (run.resumed && Object.keys(handle.state).length === 0) {
    const { record, tools, traits } = run;
    const found = await spawner.adopt(handle, serverMarks({ urls: tools.urls, user: record.user.name, server: record.name, traits }));
    if (found) return spawner.stop({ ...handle, state: found.state, memo: found.memo });
  }
  await spawner.stop(handle);
}

export async function noteStop({ record, tools }: ServerRun): Promise<void> {
  await tools.repository.recordStop(record.id);
  tools.activity.record('users', record.user.id, new Date());
}

/** Browser sessions of the server end with its OAuth client. */
export async function removeClient({ record, tools }: ServerRun): Promise<void> {
  await tools.clients.remove(clientIdOf(record.user.name, record.name));
}

/** Found by its note: the hub that made the token may be gone. */
export async function revokeToken({ record, tools, prefix }: ServerRun): Promise<void> {
  await tools.tokens.revokeByNote({ kind: 'user', id: record.user.id }, `Server at ${prefix}`);
}
