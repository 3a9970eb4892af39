import { constants } from 'node:os';
import type { Exit } from '#process';

/** The status of a process as Python writes it: its code, or the number of its signal below zero. */
export function pythonStatus({ code, signal }: Exit): number | string {
  return signal ? -constants.signals[signal] : (code ?? 'unknown');
}
