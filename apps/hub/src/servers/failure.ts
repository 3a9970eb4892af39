import { HubError, InvalidInputError, messageOf } from '../errors.js';
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

/** What is kept of an error. */
export function failureFrom(error: unknown): Failure {
  if (error instanceof SpawnError) {
    const { code, message, detail, hint, log } = error;
    return { code, message, detail, hint, log };
  }
  const known = error instanceof HubError;
  return {
    code: error instanceof InvalidInputError ? 'options' : 'internal',
    message: known ? error.message : 'Your server could not be started',
    detail: known ? '' : messageOf(error),
    hint: known ? '' : 'The log of the hub may tell more',
    log: [],
  };
}

/** The error that a request waiting for the start gets. */
export function errorFrom({ code, message, detail, hint, log }: Failure): SpawnError {
  return new SpawnError(code, message, { detail, hint, log });
}

/** One line for the hub's log. */
export const describeFailure = ({ code, message, detail }: Failure): string => `${code}: ${message}${detail && ` (${detail})`}`;
