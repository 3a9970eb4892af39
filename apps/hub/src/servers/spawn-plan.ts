import { Logger } from '@nestjs/common';
import type { HookHandler } from '../config/hooks/objects.js';
import type { HubConfig } from '../config/schema.js';
import { areTraitsOpen, hasHooks } from '../spawners/hook-calls.js';
import { traitsOfClass } from '../spawners/spawner-class.js';
import { logName } from '../spawners/spawn-context.js';
import { resolveTraits, type SpawnerTraits } from '../spawners/spawner-traits.js';
import type { ServerRecord } from './server-record.js';
import type { ServerTools } from './server-tools.js';

const log = new Logger('servers');

/** What a start will use; worked out before anything is changed, so that bad input is refused at the door. */
export interface SpawnPlan {
  traits: SpawnerTraits;
  options: Record<string, unknown>;
  /** Functions of the config decide on the traits: these are called when the start has begun. */
  open: boolean;
  handler?: HookHandler;
}

/** A plan for a server that nobody asks anything of: it is taken down, or runs already. */
export const plainPlan = (config: HubConfig, { userOptions }: Pick<ServerRecord, 'userOptions'>): SpawnPlan => ({
  traits: traitsOfClass(config),
  options: userOptions ?? {},
  open: false,
});

/**
 * @param options null: those of the previous start
 * @throws InvalidInputError when they do not fit the traits they set
 */
export async function spawnPlan(tools: ServerTools, record: ServerRecord, options: Record<string, unknown> | null, handler?: HookHandler): Promise<SpawnPlan> {
  const base = traitsOfClass(tools.config);
  const { group_overrides: overrides } = base;
  const chosen = options ?? record.userOptions ?? {};
  if (typeof overrides === 'function' || areTraitsOpen(base)) return { traits: base, options: chosen, open: true, ...(handler && { handler }) };
  const groups = Object.keys(overrides).length > 0 ? await tools.repository.groupsOf(record.user.id) : [];
  const areRead = hasHooks(base) || tools.spawner.optionsFromForm !== undefined;
  const { traits, notes } = resolveTraits({ base, groups, overrides, options: chosen, areRead });
  for (const note of notes) log.warn(`${logName(record.user.name, record.name)}: ${note}`);
  return { traits, options: chosen, open: false, ...(handler && { handler }) };
}
