import { once } from 'node:events';
import { createServer } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import { Logger } from '@nestjs/common';
import { adoptChild, type Child, identify, isAlive, portHolder, type StopStep, stopChild } from '#process';
import { messageOf, UnavailableError } from '../../errors.js';
import { ChpApi } from './chp-api.js';
import type { ChpFiles, ChpRecord } from './chp-files.js';

export const STOP_STEPS: readonly StopStep[] = [
  { signal: 'SIGTERM', waitSeconds: 5 },
  { signal: 'SIGKILL', waitSeconds: 5 },
];

export interface Listening {
  ip: string;
  port: number;
}

const log = new Logger('proxy');

/**
 * The proxy that an earlier hub started, if it still runs, was started as this hub would, and takes the token.
 * @param token that of the config; '' for the one that was made for it
 */
export async function findSurvivor(files: ChpFiles, command: readonly string[], apiUrl: string, token: string): Promise<ChpRecord | undefined> {
  const record = await files.record();
  if (!record || !isAlive(record.process)) return undefined;
  if (!isDeepStrictEqual(record.command, command)) {
    log.warn(`The proxy that is running (pid ${record.process.pid}) was started with other settings; it is started anew`);
    return undefined;
  }
  const api = new ChpApi({ apiUrl, token: token || record.token }, 1);
  try {
    await api.ping();
    return { ...record, token: token || record.token };
  } catch (error) {
    log.warn(`The proxy that is running (pid ${record.process.pid}) cannot be used: ${messageOf(error)}`);
    return undefined;
  } finally {
    api.close();
  }
}

/** Ends a proxy that is of no use any more: the one of our record, or of JupyterHub's pid file if it has one of our ports. */
export async function endLeftOver(files: ChpFiles, ports: readonly Listening[]): Promise<void> {
  const child = await leftOver(files, ports);
  if (!child) return;
  log.warn(`Ending the proxy that an earlier hub left, pid ${child.pid}`);
  const { ended } = await stopChild(child, STOP_STEPS);
  if (!ended) throw new UnavailableError(`cannot start the proxy: because the one of an earlier hub, pid ${child.pid}, does not end`);
  await files.remove();
}

async function leftOver(files: ChpFiles, ports: readonly Listening[]): Promise<Child | undefined> {
  const record = await files.record();
  if (record) return isAlive(record.process) ? adoptChild(record.process) : undefined;
  const pid = await files.pid();
  if (pid === undefined) return undefined;
  const holders = await Promise.all(ports.map(({ port }) => portHolder(port)));
  const identity = holders.some((holder) => holder?.pid === pid) ? identify(pid) : undefined;
  return identity && adoptChild(identity);
}

/** @throws UnavailableError that names the port and, if we may know, the process that holds it. */
export async function requireFree({ ip, port }: Listening, what: string): Promise<void> {
  const server = createServer();
  try {
    server.listen({ port, host: ip || undefined, exclusive: true });
    await once(server, 'listening');
  } catch (error) {
    throw new UnavailableError(`cannot start the proxy: because its ${what} port ${port} ${await whyNot(error, port)}`, { cause: error });
  } finally {
    server.close();
  }
}

async function whyNot(error: unknown, port: number): Promise<string> {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EACCES') return 'may be used by root only; set JupyterHub.bind_url to one above 1023';
  if (code !== 'EADDRINUSE') return `cannot be used: ${messageOf(error)}`;
  const holder = await portHolder(port);
  return holder ? `is held by process ${holder.pid}: ${holder.command}` : 'is held by another process, which this account may not see';
}
