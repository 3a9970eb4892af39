import { Logger } from '@nestjs/common';
import type { HookOptions } from './config/hooks/objects.js';
import { withDeadline } from './deadline.js';
import { HookError, HubError, messageOf } from './errors.js';

export interface HookLimits {
  seconds: number;
  /** Aborts the call as well, with its own reason. */
  signal?: AbortSignal;
}

type Call<T> = (hook: HookOptions) => T | Promise<T>;

/** The most that a page waits for a function of the config. */
export const PAGE_SECONDS = 10;

const NEVER = new AbortController().signal;

const log = new Logger('hooks');

/**
 * Calls a function of the config.
 * @param what its key, for the error: `Spawner.pre_spawn_hook`
 * @throws what the function throws; HookError when it is not finished in time
 */
export function callHook<T>(what: string, { seconds, signal = NEVER }: HookLimits, call: Call<T>): Promise<T> {
  const late = () => new HookError(`cannot go on: because the function ${what} was not finished after ${seconds} seconds`);
  return withDeadline(seconds, late, signal, async (inTime) => call({ signal: inTime }));
}

/**
 * The same for a page that waits for it.
 * @throws errors of the hub's own kinds, which a function throws for the person to read; HookError for all others, which the log tells
 */
export async function callPageHook<T>(what: string, call: Call<T>): Promise<T> {
  try {
    return await callHook(what, { seconds: PAGE_SECONDS }, call);
  } catch (error) {
    if (error instanceof HubError && !(error instanceof HookError)) throw error;
    log.error(`The function ${what} failed: ${messageOf(error)}`, (error as Error).stack);
    throw new HookError(`cannot go on: because the function ${what} failed`, { cause: error });
  }
}
