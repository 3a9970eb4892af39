import { once } from 'node:events';
import type { HubClient, LogLines } from '#hub-client';
import type { LoadedConfig } from '../../config/load-config.js';
import { askHub } from '../hub-access.js';
import { printError } from '../output.js';

const SCOPES = ['read:services:logs'];

export interface LogOptions {
  follow?: boolean;
  lines: number;
}

/**
 * `elara services logs`: what a service printed last, and with `follow` what it prints from now on.
 * @returns exit status: 1 when the hub ended while it was followed
 */
export async function showLogs({ config }: LoadedConfig, name: string, { follow = false, lines: tail }: LogOptions): Promise<number> {
  return askHub(config, SCOPES, async (hub) => {
    if (follow) return followLogs(hub, name, tail);
    await print({ lines: await hub.logs.ofService(name, { tail }) });
    return 0;
  });
}

async function followLogs(hub: HubClient, name: string, tail: number): Promise<number> {
  await hub.logs.followService(name, print, { tail });
  printError('the hub has ended');
  return 1;
}

async function print({ lines, skipped }: LogLines): Promise<void> {
  if (skipped) printError(`${skipped} bytes were skipped`);
  if (lines.length > 0 && !process.stdout.write(`${lines.join('\n')}\n`)) await once(process.stdout, 'drain');
}
