import type { LastRun, ServiceRun } from '#hub-client';

export type Command = 'start' | 'stop' | 'restart';

/** Whether a command has had its effect, failed to have it, or is still under way. Pure. */
export function outcomeOf(command: Command, { state }: Pick<ServiceRun, 'state'>): 'done' | 'failed' | 'under way' {
  if (command === 'stop') return state === 'stopped' ? 'done' : state === 'stopping' ? 'under way' : 'failed';
  if (state === 'running') return 'done';
  return state === 'starting' || state === 'stopping' ? 'under way' : 'failed';
}

/** Services in these states need somebody to look after them. */
export const isUnwell = (run: Pick<ServiceRun, 'state'> | undefined): boolean => run?.state === 'backoff' || run?.state === 'failed';

/** What became of a run, in one line. */
export function describeRun(name: string, { number, duration_seconds, exit: { code, signal, error } }: LastRun): string {
  const end = error ?? (signal ? `ended by signal ${signal}` : `exited with status ${code}`);
  return `${name}: run ${number} ${end}, after ${duration_seconds} s`;
}

/** The exit status that tells what became of a run. */
export const runStatus = ({ exit: { code, error } }: LastRun): number => (error === null ? (code ?? 1) : code || 1);
