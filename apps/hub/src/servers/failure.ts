import { HubError, InvalidInputError, messageOf, NotAllowedError } from '../errors.js';
import { type FailureCode, SpawnError } from '../spawners/spawn-error.js';

/** Why a start failed, as the column `failure` keeps it and API and pages show it. */
export interface Failure {
  code: FailureCode;
  /** For the person who asked for the server. */
  message: string;
  /** For the operator; '' when there is nothing to add. */
  detail: string;
  /** What to do; '' when unknown. */
  hint: string;
  /** The last lines that the server wrote, oldest first. */
  log: string[];
}

export type PublicFailure = Omit<Failure, 'detail'> & { detail?: string };

/** What is kept of an error. */
export function failureFrom(error: unknown): Failure {
  if (isDiskFull(error)) return { ...DISK_FULL, log: [], detail: error instanceof SpawnError ? error.detail : messageOf(error) };
  if (error instanceof SpawnError) {
    const { code, message, detail, hint, log } = error;
    return { code, message, detail, hint, log };
  }
  const known = error instanceof HubError;
  return {
    code: codeOf(error),
    message: known ? error.message : 'Your server could not be started',
    detail: known ? '' : messageOf(error),
    hint: known ? '' : 'The log of the hub may tell more',
    log: [],
  };
}

const codeOf = (error: unknown): FailureCode => (error instanceof InvalidInputError ? 'options' : error instanceof NotAllowedError ? 'refused' : 'internal');

const DISK_FULL = { code: 'disk-full', message: 'Your server could not be started: a disk is full', hint: 'Ask for more space; then start it again' } as const;

/** Whether the hub itself could not write what the start needed, anywhere down the chain of causes. */
function isDiskFull(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (/^(ENOSPC|EDQUOT|SQLITE_FULL|53100)$/.test(String((cause as NodeJS.ErrnoException).code))) return true;
  }
  return false;
}

/** What the person may see of it; the rest is for operators. */
export const publicFailure = ({ code, message, hint, log }: PublicFailure): PublicFailure => ({ code, message, hint, log });

/** The error that a request waiting for the start gets. */
export function errorFrom({ code, message, detail, hint, log }: Failure): SpawnError {
  return new SpawnError(code, message, { detail, hint, log });
}

/** One line for the hub's log. */
export const describeFailure = ({ code, message, detail }: Failure): string => `${code}: ${message}${detail && ` (${detail})`}`;
