import { Logger } from '@nestjs/common';
import { moveLog, removeLog } from '#process';
import { messageOf } from '../errors.js';
import { serverLogFile } from '../spawners/server-log.js';
import type { ServerRecord } from './server-record.js';

type Named = Pick<ServerRecord, 'user' | 'name'>;

const log = new Logger('servers');

/** Deletes what these servers printed: whoever has their names next must not read it. */
export async function removeServerLogs(logDir: string, servers: readonly Named[]): Promise<void> {
  await Promise.all(servers.map(({ user, name }) => told('delete', removeLog(serverLogFile(logDir, user.name, name)))));
}

/** Keeps what these servers printed with their owner, who is called otherwise from now on. */
export async function moveServerLogs(logDir: string, servers: readonly Named[], owner: string): Promise<void> {
  const moves = servers.map(({ user, name }) => moveLog(serverLogFile(logDir, user.name, name), serverLogFile(logDir, owner, name)));
  await Promise.all(moves.map((move) => told('move', move)));
}

/** The rows are what counts: a file that cannot be touched stops nothing. */
async function told(what: string, done: Promise<void>): Promise<void> {
  await done.catch((error: unknown) => log.error(`Cannot ${what} the log of a server: ${messageOf(error)}`));
}
