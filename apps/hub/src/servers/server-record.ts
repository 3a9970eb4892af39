import type { ServerState } from '../database/tables.js';
import type { ServerAddress, SpawnerState, SpawnHandle } from '../spawners/spawner.js';
import type { CullWarning } from './cull-warning.js';
import type { Failure } from './failure.js';
import type { LastStop } from './stop-cause.js';

/** One server as the database has it: `spawners`, with its `servers` and `elara_server_lifecycle` rows. */
export interface ServerRecord {
  /** `spawners.id`. */
  id: number;
  user: ServerOwner;
  /** '' for the default server. */
  name: string;
  displayName: string | null;
  /** null: never started. */
  spawnerState: SpawnerState | null;
  /** Database text. */
  started: string | null;
  lastActivity: string | null;
  userOptions: Record<string, unknown> | null;
  oauthClientId: string | null;
  /** Where it listens; null unless it runs or is being started. */
  address: ServerAddress | null;
  state: ServerState;
  /** 0: no lifecycle row yet. */
  epoch: number;
  /** Database text; when a pending state has to have ended. */
  deadline: string | null;
  /** Database text; since when it is in this state. */
  since: string | null;
  failure: Failure | null;
  warning: CullWarning | null;
  /** null: it never ran, or nobody noted why it was stopped. */
  lastStop: LastStop | null;
  /** The driver's own notes, see `SpawnHandle.memo`. */
  memo: unknown;
}

export interface ServerOwner {
  id: number;
  name: string;
}

export const handleOf = (record: ServerRecord): SpawnHandle => ({
  user: record.user.name,
  server: record.name,
  state: record.spawnerState ?? {},
  memo: record.memo,
});

/**
 * Where a server stands. Pending states are ours alone; whether one is up is for the `servers` row to say, as in JupyterHub, which may
 * have used the database in between.
 */
export function effectiveState(stored: ServerState | null, hasServerRow: boolean): ServerState {
  if (stored === 'queued' || stored === 'spawn-pending' || stored === 'stop-pending') return stored;
  return hasServerRow ? 'ready' : 'stopped';
}
