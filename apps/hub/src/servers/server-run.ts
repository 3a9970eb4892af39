import type { HookHandler } from '../config/hooks/objects.js';
import { serverPath } from '../config/urls.js';
import type { Route } from '../proxy/drivers/proxy-driver.js';
import type { HookedSpawner } from '../spawners/hooked-spawner.js';
import { logName } from '../spawners/spawn-context.js';
import { originOf } from '../spawners/spawner-env.js';
import type { RunningServer, ServerAddress, SpawnHandle } from '../spawners/spawner.js';
import type { SpawnerTraits } from '../spawners/spawner-traits.js';
import { Progress } from './progress.js';
import { handleOf, type ServerRecord } from './server-record.js';
import type { ServerTools } from './server-tools.js';
import { plainPlan } from './spawn-plan.js';
import type { Ticket } from './spawn-queue.js';

/** One server on its way up or down: what is known of it, and what the steps so far have added. */
export interface ServerRun {
  tools: ServerTools;
  record: ServerRecord;
  logName: string;
  /** `/user/NAME/[SERVER/]`. */
  prefix: string;
  /** On the way up, what the steps so far have made of them. */
  traits: SpawnerTraits;
  options: Record<string, unknown>;
  /** Functions of the config have still to decide on the traits. */
  open: boolean;
  /** `traits.environment`, once functions in it were asked. */
  environment?: Record<string, string>;
  /** The request that asked for the start, as functions of the config see it. */
  handler?: HookHandler;
  /** The server as functions of the config see it, once one is called. */
  hooked?: HookedSpawner;
  progress: Progress;
  /** ms since the epoch. */
  since: number;
  /** An earlier hub began this; its notes may be incomplete. */
  resumed: boolean;
  /** It runs already, though nobody knew of it. */
  found?: RunningServer & { address: ServerAddress; apiToken: string };
  /** Its place among the starts; absent when it is not being started. */
  ticket?: Ticket;
  apiToken?: string;
  /** Size of the log file before this start, in bytes. */
  logStart?: number;
  running?: RunningServer;
  address?: ServerAddress;
}

export function newRun(
  tools: ServerTools,
  record: ServerRecord,
  start: Pick<ServerRun, 'traits' | 'options' | 'open' | 'handler' | 'progress' | 'resumed' | 'found'>,
): ServerRun {
  const { user, name, address } = record;
  return {
    tools,
    record,
    logName: logName(user.name, name),
    prefix: serverPath(tools.urls.baseUrl, user.name, name),
    since: Date.now(),
    ...(address && { address }),
    ...start,
  };
}

/** By which the token of a server is found again. */
export const tokenNote = (prefix: string): string => `Server at ${prefix}`;

/** A run for a server that is neither on its way up nor down, as functions of the config are called for it. */
export const runOf = (tools: ServerTools, record: ServerRecord): ServerRun => newRun(tools, record, { ...plainPlan(tools.config, record), progress: new Progress(), resumed: true });

/** How the driver finds the process: by what this run noted, else by what the row says. */
export function runHandle({ record, running }: ServerRun): SpawnHandle {
  return running ? { ...handleOf(record), state: running.state, memo: running.memo } : handleOf(record);
}

/** The route of a server that listens there. */
export function routeOf(user: string, server: string, prefix: string, address: ServerAddress): Route {
  return { spec: prefix, target: reachableOrigin(address), data: { user, server_name: server } };
}

/** A server that listens on all addresses is reached by this machine's own. */
export function reachableOrigin(address: ServerAddress): string {
  const ip = { '': '127.0.0.1', '0.0.0.0': '127.0.0.1', '::': '::1' }[address.ip] ?? address.ip;
  return originOf({ ...address, ip });
}
