import { describeExit } from './child.js';
import type { ProbeCheck } from './probe.js';
import { type SpawnOptions, spawnChild } from './spawn.js';
import { askOnce, connectOnce } from './wait.js';

/** Well when a URL answers with a status from 200 to 399; redirects are not followed. */
export const httpCheck =
  (url: string): ProbeCheck =>
  (signal) =>
    askOnce(new URL(url), { signal, isWell: (status) => status >= 200 && status < 400 });

/** Well when something accepts connections. */
export const tcpCheck =
  (host: string, port: number): ProbeCheck =>
  (signal) =>
    connectOnce(host, port, signal);

/** Well when a program ends with status 0; it is killed when the look is over before that. */
export const execCheck =
  (options: Omit<SpawnOptions, 'signal'>): ProbeCheck =>
  async (signal) => {
    const child = await spawnChild({ ...options, signal });
    const kill = () => void child.kill('SIGKILL');
    if (signal.aborted) kill();
    signal.addEventListener('abort', kill, { once: true });
    const exit = await child.exited;
    signal.removeEventListener('abort', kill);
    if (exit.code !== 0) throw new Error(`${options.command[0]} ended with ${describeExit(exit)}`);
  };
