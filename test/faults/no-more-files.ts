import { execFileSync } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { until } from '../support/hub.js';
import type { Fault } from './fault.js';
import { openFiles } from './resources.js';
import { addSettled, namesOf, withSubject } from './subject.js';

const USERS = 5;
const SPARE = 20;
const CONNECTIONS = 60;

/** The hub reaches its limit of open files while servers start and stop. */
export const noMoreFiles: Fault = {
  name: 'file-descriptor limit reached',
  tries: { short: 4, full: 10 },
  recoversWithin: 60,
  run: (tries) =>
    withSubject({ users: USERS, services: 1 }, tries, async (subject, outcome) => {
      const { hub, token } = subject;
      const pid = hub.process!.pid!;
      const [, soft] = /Max open files\s+(\d+)/.exec(execFileSync('cat', [`/proc/${pid}/limits`], { encoding: 'utf8' }))!;
      const limit = (files: number | string) => execFileSync('prlimit', ['--pid', String(pid), `--nofile=${files}:`]);
      for (let tried = 0; tried < tries; tried += 1) {
        const before = openFiles(pid);
        limit(before + SPARE);
        const began = performance.now();
        const sockets = Array.from({ length: CONNECTIONS }, () => idleSocket(hub.hubPort));
        const method = tried % 2 === 0 ? 'POST' : 'DELETE';
        await Promise.allSettled(namesOf(USERS).map((name) => hub.request(method, `/users/${name}/server`, { token })));
        for (const socket of sockets) socket.destroy();
        limit(soft!);
        await until('its sockets are closed', () => openFiles(pid) <= before + SPARE, 30_000).catch(() => (outcome.stuck += 1));
        await addSettled(outcome, subject, began);
      }
    }),
};

const idleSocket = (port: number): Socket => connect(port, '127.0.0.1').on('error', () => undefined);
