import { Logger } from '@nestjs/common';
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
}

/**
 * @param options null: those of the previous start
 * @throws InvalidInputError when they do not fit the traits they set
 */
export async function spawnPlan(tools: ServerTools, record: ServerRecord, options: Record<string, unknown> | null): Promise<SpawnPlan> {
  const base = traitsOfClass(tools.config);
  const chosen = options ?? record.userOptions ?? {};
  const groups = Object.keys(base.group_overrides).length > 0 ? await tools.repository.groupsOf(record.user.id) : [];
  const { traits, notes } = resolveTraits({ base, groups, options: chosen, username: record.user.name, baseUrl: tools.urls.baseUrl });
  for (const note of notes) log.warn(`${logName(record.user.name, record.name)}: ${note}`);
  return { traits, options: chosen };
}
