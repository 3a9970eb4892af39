import { Logger } from '@nestjs/common';
import { applyUserOptions, decideTraits, environmentOf, hasHooks, postStop, preSpawn, scopesOf } from '../spawners/hook-calls.js';
import type { HookedSpawner } from '../spawners/hooked-spawner.js';
import { resolveTraits } from '../spawners/spawner-traits.js';
import type { ServerRun } from './server-run.js';

const log = new Logger('servers');

/** The server as functions of the config see it; the same one for all of them on the way up. */
export async function hookedOf(run: ServerRun): Promise<HookedSpawner> {
  const { tools, record, traits, options, handler } = run;
  return (run.hooked ??= await tools.hooks.of({ user: record.user, name: record.name, traits, options, handler }));
}

/** Lets the functions of the config decide, where the traits could not be worked out beforehand (reference hub-behaviour 2.5). */
export async function settleTraits(run: ServerRun, signal: AbortSignal): Promise<void> {
  if (!run.open) return;
  const hooked = await hookedOf(run);
  const limits = limitsOf(run, signal);
  await decideTraits(hooked, limits);
  const { traits, notes } = resolveTraits({ base: hooked.traits, groups: [], overrides: {}, options: run.options, areRead: true });
  for (const note of notes) log.warn(`${run.logName}: ${note}`);
  hooked.traits = traits;
  run.traits = await applyUserOptions(hooked, limits);
}

/** An environment without the functions in it. */
export const textsIn = (environment: ServerRun['traits']['environment']): Record<string, string> =>
  Object.fromEntries(Object.entries(environment).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));

/** Lets `pre_spawn_hook` do its work, and takes over what it changed. */
export async function prepareStart(run: ServerRun, signal: AbortSignal): Promise<void> {
  if (!hasHooks(run.traits)) return;
  const hooked = await hookedOf(run);
  hooked.note({ api_token: run.apiToken! });
  run.traits = await preSpawn(hooked, limitsOf(run, signal));
}

/** Has the functions in `environment` say what their variables are. */
export async function settleEnvironment(run: ServerRun, signal: AbortSignal): Promise<void> {
  run.environment = hasHooks(run.traits) ? await environmentOf(await hookedOf(run), limitsOf(run, signal)) : textsIn(run.traits.environment);
}

/** Shows later hooks where the server listens; the request that asked for it is over. */
export async function noteAddress({ hooked, tools, record, address }: ServerRun): Promise<void> {
  hooked?.note({ handler: null, server: tools.hooks.serverOf(record.user, record.name, address) });
}

/** The scopes that a trait lists, or its function gives. */
export async function scopesFor(run: ServerRun, trait: 'server_token_scopes' | 'oauth_client_allowed_scopes', signal: AbortSignal): Promise<readonly string[]> {
  const written = run.traits[trait];
  return typeof written === 'function' ? scopesOf(await hookedOf(run), trait, limitsOf(run, signal)) : written;
}

/** Tells `post_stop_hook` that all of the server is gone. */
export async function tellPostStop(run: ServerRun): Promise<void> {
  if (!run.traits.post_stop_hook) return;
  const hooked = await hookedOf(run);
  hooked.note({ api_token: '', server: null, handler: null });
  await postStop(hooked, { seconds: run.tools.hooks.seconds });
}

const limitsOf = ({ tools }: ServerRun, signal: AbortSignal) => ({ seconds: tools.hooks.seconds, signal });
