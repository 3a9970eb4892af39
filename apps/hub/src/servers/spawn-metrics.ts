import { recentSpawns, spawnDuration, spawnFailures } from '../metrics.js';
import type { FailureCode } from '../spawners/spawn-error.js';
import type { Failure } from './failure.js';
import type { ServerRun } from './server-run.js';

/** Why a server was not even begun to be started. */
export type Refusal = 'throttled' | 'too-many-users' | 'already-pending';

/** What is nobody's fault but the asker's: not an error of the hub, and no reason to wake an operator. */
const EXPECTED: Partial<Record<FailureCode, string>> = { options: 'options', refused: 'refused', cancelled: 'cancelled', 'exited-early': 'exited' };

/** Notes how a start ended, and after how long. @param failure null for a server that is ready */
export function noteSpawn({ since, resumed, found }: Pick<ServerRun, 'since' | 'resumed' | 'found'>, failure: Pick<Failure, 'code'> | null): void {
  // how long a start took that another hub began, nobody knows
  if (resumed || found) return;
  const seconds = (Date.now() - since) / 1000;
  spawnDuration.observe(spawnOutcome(failure), seconds);
  if (!failure) recentSpawns.add(seconds);
  else if (failure.code !== 'cancelled') spawnFailures.add(seconds);
}

export function noteRefusal(reason: Refusal): void {
  spawnDuration.observe({ status: 'failure', reason }, 0);
}

/** The labels of a start that ended so (6.0's, reference hub-behaviour, section 8). */
export function spawnOutcome(failure: Pick<Failure, 'code'> | null): { status: 'success' | 'failure' | 'error'; reason: string } {
  if (!failure) return { status: 'success', reason: '' };
  const reason = EXPECTED[failure.code];
  if (reason !== undefined) return { status: 'failure', reason };
  return { status: 'error', reason: failure.code === 'internal' ? '' : failure.code };
}
