import { Logger } from '@nestjs/common';
import { settlesWithin } from '#process';
import { fromDbTime } from '../database/values.js';
import { messageOf } from '../errors.js';
import { stopDuration } from '../metrics.js';
import { CALLS_OF_A_START, hasHooks } from '../spawners/hook-calls.js';
import { tellAuthenticatorOfStart, tellAuthenticatorOfStop } from './authenticator-steps.js';
import { noteStop, removeRoute, stopProcess } from './down-steps.js';
import { noteAddress, prepareStart, settleEnvironment, settleTraits, tellPostStop } from './hook-steps.js';
import { failedEvent } from './progress.js';
import type { LifecycleSteps, QueueSteps } from './server-lifecycle.js';
import type { ServerRun } from './server-run.js';
import { addRoute, noteFound, noteProcess, noteStart, noteUse, startProcess, takeOver, waitUntilItAnswers } from './up-steps.js';

type UpStep = readonly [what: string, step: (run: ServerRun, signal: AbortSignal) => Promise<void>];
type DownStep = readonly [what: string, step: (run: ServerRun) => Promise<void>];

/** What comes before the process: with RISE, the way up in JupyterHub's order (reference hub-behaviour 2.5). */
const PREPARE: readonly UpStep[] = [
  ['tell the authenticator', tellAuthenticatorOfStart],
  ['settle its traits', settleTraits],
  ['note the start', noteStart],
  ['run pre_spawn_hook', prepareStart],
  ['settle its environment', settleEnvironment],
];

const RISE: readonly UpStep[] = [
  ['note its use', noteUse],
  ['start its process', startProcess],
  ['show hooks its address', noteAddress],
  ['note its process', noteProcess],
  ['wait until it answers', waitUntilItAnswers],
  ['add its route', addRoute],
];

/** The way up for a server that an earlier hub had begun to start. */
const RESUME: readonly UpStep[] = [
  ['take over its process', takeOver],
  ['wait until it answers', waitUntilItAnswers],
  ['add its route', addRoute],
];

/** The way up for a server that runs already: the route comes last, and is mended later should the proxy be away. */
const ADOPT: readonly UpStep[] = [
  ['note the start', noteStart],
  ['note its use', noteUse],
  ['note its process', noteFound],
];

/** The way down (reference hub-behaviour 2.6): people are led away first, what it was allowed to do ends last. */
const DOWN: readonly DownStep[] = [
  ['remove its route', removeRoute],
  ['stop its process', stopProcess],
  ['note the stop', noteStop],
  ['run post_stop_hook', tellPostStop],
  ['tell the authenticator', tellAuthenticatorOfStop],
];

/** For everything around the driver, on the way up and for each step down. */
const MARGIN_SECONDS = 30;

const log = new Logger('servers');

/** What one server does between states. */
export function serverSteps(run: ServerRun): LifecycleSteps {
  const { tools, resumed } = run;
  const queue = queueSteps(run);
  const isFresh = !run.found && !resumed;
  const prepare = isFresh && hasHooks(run.traits) ? prepareSteps(run) : undefined;
  return {
    ...(queue && { queue }),
    ...(prepare && { prepare }),
    // functions of the config may have changed how long it may take
    get upSeconds() {
      return (resumed ? 0 : run.traits.start_timeout) + run.traits.http_timeout + MARGIN_SECONDS;
    },
    downSeconds: tools.spawner.stopSeconds + (run.traits.post_stop_hook ? tools.hooks.seconds : 0) + DOWN.length * MARGIN_SECONDS,
    up: (signal) => goUp(run, run.found ? ADOPT : resumed ? RESUME : prepare ? RISE : [...PREPARE, ...RISE], signal),
    failed: (failure) => {
      run.ticket?.leave();
      run.progress.end(failedEvent(failure));
    },
    down: () => goDown(run),
    entered: (state) => tools.tell(run.record, { change: 'changed', state }),
  };
}

/** Functions of the config take their own time, which nothing of the server's counts. */
const prepareSteps = (run: ServerRun): LifecycleSteps['prepare'] => ({
  seconds: CALLS_OF_A_START * run.tools.hooks.seconds + MARGIN_SECONDS,
  work: (signal) => {
    run.since = Date.now();
    return takeSteps(run, PREPARE, signal);
  },
});

/** undefined when its turn has come already. */
function queueSteps({ ticket, record, tools, options }: ServerRun): QueueSteps | undefined {
  const queuedBefore = record.state === 'queued';
  if (!ticket || (!queuedBefore && !ticket.place())) return undefined;
  const secondsLeft = ((fromDbTime(record.deadline)?.getTime() ?? 0) - Date.now()) / 1000;
  return {
    note: () => tools.repository.update(record.id, { userOptions: options }),
    turn: ticket.turn,
    seconds: queuedBefore ? secondsLeft : tools.config.Elara.spawn_queue_timeout,
  };
}

async function takeSteps(run: ServerRun, steps: readonly UpStep[], signal: AbortSignal): Promise<void> {
  for (const [what, step] of steps) {
    signal.throwIfAborted();
    log.debug(`${run.logName}: ${what}`);
    await step(run, signal);
  }
}

async function goUp(run: ServerRun, steps: readonly UpStep[], signal: AbortSignal): Promise<unknown> {
  if (steps !== RISE) run.since = Date.now();
  await takeSteps(run, steps, signal);
  log.log(`User ${run.logName} took ${secondsSince(run.since)} seconds to start`);
  return run.running?.memo;
}

/** A step that fails or hangs does not keep the others from cleaning up; what it leaves, the loops find. */
async function goDown(run: ServerRun): Promise<void> {
  const since = Date.now();
  const end = stopDuration.startTimer();
  let status: 'success' | 'failure' = 'success';
  for (const [what, step] of DOWN) {
    const problem = await attempt(run, step);
    if (problem === undefined) continue;
    status = 'failure';
    log.error(`Cannot ${what}, of ${run.logName}: ${problem}`);
  }
  end({ status });
  log.log(`User ${run.logName} server took ${secondsSince(since)} seconds to stop`);
}

/** @returns what went wrong, if something did */
async function attempt(run: ServerRun, step: DownStep[1]): Promise<string | undefined> {
  const limit = secondsOf(run, step) + MARGIN_SECONDS;
  try {
    return (await settlesWithin(step(run), limit * 1000)) ? undefined : `it takes longer than ${limit} seconds`;
  } catch (error) {
    return messageOf(error);
  }
}

function secondsOf({ tools }: ServerRun, step: DownStep[1]): number {
  if (step === stopProcess) return tools.spawner.stopSeconds;
  return step === tellPostStop ? tools.hooks.seconds : 0;
}

const secondsSince = (start: number): string => ((Date.now() - start) / 1000).toFixed(3);
