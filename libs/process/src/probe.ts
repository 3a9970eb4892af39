import { ProcessError } from './errors.js';
import { settlesWithin, sleep } from './sleep.js';

/** When a probe is made and how often its outcome has to repeat; names and defaults are those of Kubernetes. */
export interface ProbeTiming {
  initialDelaySeconds: number;
  periodSeconds: number;
  /** One try that takes longer has failed. */
  timeoutSeconds: number;
  /** So many failures in a row make it unhealthy. */
  failureThreshold: number;
  /** So many successes in a row make it healthy again. */
  successThreshold: number;
}

export const DEFAULT_PROBE_TIMING: ProbeTiming = {
  initialDelaySeconds: 0,
  periodSeconds: 10,
  timeoutSeconds: 1,
  failureThreshold: 3,
  successThreshold: 1,
};

/** One look; rejects with the reason when things are not well. */
export type ProbeCheck = (signal: AbortSignal) => Promise<unknown>;

/** What all looks so far amount to. */
export interface ProbeState {
  /** Undefined until a threshold was reached. */
  healthy?: boolean;
  /** How many looks in a row had the outcome of the last one. */
  inRow: number;
  /** Why the last look failed; undefined when it did not. */
  problem?: string;
}

export const UNPROBED: ProbeState = { inRow: 0 };

/** The state after one more look, which failed with `problem` or went well. */
export function afterLook(before: ProbeState, problem: string | undefined, { failureThreshold, successThreshold }: ProbeTiming): ProbeState {
  const isSame = (before.problem === undefined) === (problem === undefined);
  const inRow = isSame ? before.inRow + 1 : 1;
  const isReached = inRow >= (problem === undefined ? successThreshold : failureThreshold);
  const healthy = isReached ? problem === undefined : before.healthy;
  return { inRow, ...(healthy !== undefined && { healthy }), ...(problem !== undefined && { problem }) };
}

export interface ProbeWatch {
  signal: AbortSignal;
  /** Told after every look. */
  seen?: (state: ProbeState) => void;
}

/** Looks again and again until the outcome is `healthy`, or not; rejects with the reason of the signal. */
export async function probeUntil(healthy: boolean, check: ProbeCheck, timing: ProbeTiming, { signal, seen }: ProbeWatch): Promise<ProbeState> {
  await sleep(timing.initialDelaySeconds * 1000, signal);
  let state = UNPROBED;
  for (;;) {
    const problem = await lookOnce(check, timing.timeoutSeconds, signal);
    signal.throwIfAborted();
    state = afterLook(state, problem, timing);
    seen?.(state);
    if (state.healthy === healthy) return state;
    await sleep(timing.periodSeconds * 1000, signal);
  }
}

/**
 * Watches something that has to stay healthy.
 * @throws ProcessError `unhealthy` as soon as it is not; the reason of the signal
 */
export async function requireHealthy(check: ProbeCheck, timing: ProbeTiming, watch: ProbeWatch): Promise<never> {
  const { inRow, problem } = await probeUntil(false, check, timing, watch);
  throw new ProcessError('unhealthy', `cannot go on with the process: because its liveness probe failed ${inRow} times in a row (${problem})`);
}

/** Why a look failed; undefined when it went well. */
async function lookOnce(check: ProbeCheck, timeoutSeconds: number, signal: AbortSignal): Promise<string | undefined> {
  const over = new AbortController();
  try {
    const inTime = await settlesWithin(check(over.signal), timeoutSeconds * 1000, signal);
    return inTime ? undefined : `no answer within ${timeoutSeconds} s`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    over.abort();
  }
}
