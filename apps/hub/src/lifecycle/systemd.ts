import { Logger } from '@nestjs/common';
import { execa } from 'execa';
import { messageOf } from '../errors.js';

const log = new Logger('systemd');
const PATIENCE_MS = 5000;

/**
 * Tells systemd how we are (sd_notify(3)), by its own command: Node cannot write to datagram sockets.
 * Does nothing when not started by systemd.
 * @param state e.g. `READY=1`, `STOPPING=1`, `WATCHDOG=1`
 */
export async function notifySystemd(...state: string[]): Promise<void> {
  if (!process.env.NOTIFY_SOCKET) return;
  try {
    await execa('systemd-notify', [`--pid=${process.pid}`, ...state], { timeout: PATIENCE_MS });
  } catch (error) {
    log.warn(`cannot tell systemd ${state.join(' ')}: because ${messageOf(error)}`);
  }
}

/** Seconds between two signs of life that systemd's watchdog wants; 0 when it does not watch. */
export function watchdogSeconds(env: NodeJS.ProcessEnv = process.env): number {
  const micros = Number(env.WATCHDOG_USEC ?? 0);
  const forUs = env.WATCHDOG_PID === undefined || Number(env.WATCHDOG_PID) === process.pid;
  return forUs && Number.isFinite(micros) ? micros / 2_000_000 : 0;
}
