import { Logger } from '@nestjs/common';
import { callHook, PAGE_SECONDS } from '../call-hook.js';
import type { ReadyEvent } from '../config/hooks/functions.js';
import { messageOf } from '../errors.js';
import { hookedOf } from './hook-steps.js';
import type { ProgressEvent } from './progress.js';
import type { ServerRun } from './server-run.js';

const log = new Logger('hooks');

/** The events of a start; the last one of a start that succeeded is as `progress_ready_hook` has it, or as it was when that fails. */
export async function* withReadyHook(run: ServerRun, events: AsyncIterable<ProgressEvent> | Iterable<ProgressEvent>): AsyncGenerator<ProgressEvent> {
  for await (const event of events) yield isReady(event) && run.traits.progress_ready_hook ? await changed(run, event) : event;
}

const isReady = (event: ProgressEvent): event is ProgressEvent & ReadyEvent => event.ready === true;

async function changed(run: ServerRun, event: ReadyEvent): Promise<ProgressEvent> {
  const hook = run.traits.progress_ready_hook!;
  try {
    const { spawner } = await hookedOf(run);
    const given: unknown = await callHook('Spawner.progress_ready_hook', { seconds: PAGE_SECONDS }, (options) => hook(spawner, { ...event }, options));
    return { ...event, ...fieldsOf(given) };
  } catch (error) {
    log.error(`The function Spawner.progress_ready_hook failed for ${run.logName}: ${messageOf(error)}`, (error as Error).stack);
    return event;
  }
}

/** What may differ: that the server is ready may not. */
function fieldsOf(given: unknown): Partial<ReadyEvent> {
  if (typeof given !== 'object' || given === null) throw new TypeError('it gave no event');
  const fields = ['progress', 'message', 'html_message', 'url'] as const;
  const wanted = Object.fromEntries(fields.map((name) => [name, (given as Partial<ReadyEvent>)[name]]).filter(([, value]) => value !== undefined));
  const unfit = Object.entries(wanted).find(([name, value]) => typeof value !== (name === 'progress' ? 'number' : 'string'));
  if (unfit) throw new TypeError(`its ${unfit[0]} is ${typeof unfit[1]}`);
  return wanted;
}
