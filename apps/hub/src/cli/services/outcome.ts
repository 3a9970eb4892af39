import type { ServiceRun } from '#hub-client';

export type Command = 'start' | 'stop' | 'restart';

/** Whether a command has had its effect, failed to have it, or is still under way. Pure. */
export function outcomeOf(command: Command, { state }: Pick<ServiceRun, 'state'>): 'done' | 'failed' | 'under way' {
  if (command === 'stop') return state === 'stopped' ? 'done' : state === 'stopping' ? 'under way' : 'failed';
  if (state === 'running') return 'done';
  return state === 'starting' || state === 'stopping' ? 'under way' : 'failed';
}

/** Services in these states need somebody to look after them. */
export const isUnwell = (run: Pick<ServiceRun, 'state'> | undefined): boolean => run?.state === 'backoff' || run?.state === 'failed';
