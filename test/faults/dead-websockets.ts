import path from 'node:path';
import WebSocket from 'ws';
import { root, until } from '../support/hub.js';
import { type Fault, since } from './fault.js';
import { openFiles } from './resources.js';
import { withSubject } from './subject.js';

const AT_ONCE = 50;
const MOST_LEFT_OPEN = 10;
const CMD = [process.execPath, path.join(root, 'test', 'support', 'websocket-server.mjs')];

/** A tab that goes on reconnecting to a server that was stopped: each try is one. */
export const deadWebsockets: Fault = {
  name: 'websocket reconnects to a dead server',
  tries: { short: 500, full: 10_000 },
  recoversWithin: 60,
  run: (tries) =>
    withSubject({ users: 1, services: 1, cmd: CMD }, tries, async (subject, outcome) => {
      const { hub, token } = subject;
      const openNow = () => openFiles(hub.process!.pid!) + openFiles(hub.proxyPid);
      await hub.request('POST', '/users/user0/server', { token });
      await hub.request('DELETE', '/users/user0/server', { token });
      const url = `${hub.base.replace('http', 'ws')}/user/user0/socket`;
      const before = openNow();
      for (let tried = 0; tried < tries; tried += AT_ONCE) await Promise.all(Array.from({ length: AT_ONCE }, () => refused(url)));
      const began = performance.now();
      await until('all sockets are closed', () => openNow() <= before + MOST_LEFT_OPEN, 60_000).catch(() => (outcome.stuck += openNow() - before));
      outcome.recoverySeconds = since(began);
    }),
};

/** Resolves once the connection is over. */
function refused(url: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url);
    socket.on('error', () => undefined);
    socket.on('close', () => resolve());
  });
}
