import { Logger } from '@nestjs/common';
import { type ProcessError } from '#process';
import { messageOf } from '../errors.js';
import { lastLines, serverLogFile } from '../spawners/server-log.js';
import { SpawnError } from '../spawners/spawn-error.js';
import type { Symptoms } from '../spawners/spawner.js';
import { diagnose, type Evidence } from './diagnosis.js';
import { examineInTime } from './driver-calls.js';
import { runHandle, type ServerRun } from './server-run.js';

const LOG_LINES = 50;

const log = new Logger('servers');

export const logFileOf = ({ record, tools }: ServerRun): string => serverLogFile(tools.config.Elara.log_dir, record.user.name, record.name);

/** What to tell about a server that was started and did not answer. @param cause what ended the wait for it */
export async function startFailure(run: ServerRun, cause: ProcessError): Promise<SpawnError> {
  const evidence = await evidenceOf(run, cause.code === 'exited');
  const { code, message, hint, shownBy } = diagnose(evidence);
  if (evidence.status === undefined) log.warn(`${run.logName}'s server never showed up after ${evidence.seconds} seconds. Giving up.`);
  const detail = [messageOf(cause), shownBy].filter(Boolean).join('; ');
  return new SpawnError(code, message, { detail, hint, log: [...evidence.lines], cause });
}

async function evidenceOf(run: ServerRun, ended: boolean): Promise<Evidence> {
  const { tools, record, running, traits, address } = run;
  const [lines, symptoms] = await Promise.all([lastLines(logFileOf(run), LOG_LINES, run.logStart), symptomsOf(run)]);
  return {
    ...(ended && { status: await running!.ended() }),
    ...symptoms,
    lines,
    refused: tools.refusals.refusedSince(record.user.name, run.since),
    port: address!.port,
    seconds: traits.http_timeout,
  };
}

async function symptomsOf(run: ServerRun): Promise<Symptoms> {
  try {
    return await examineInTime(run.tools.spawner, runHandle(run));
  } catch (error) {
    log.warn(`Cannot see what is wrong with the server of ${run.logName}: ${messageOf(error)}`);
    return { ports: [], outOfMemory: false };
  }
}
