import { HubError } from '../errors.js';

/** Why a server did not come up, or did not go down; stable names for API, pages and logs. */
export type FailureCode =
  | 'account'
  | 'authenticator'
  | 'home'
  | 'options'
  | 'refused'
  | 'hook'
  | 'command-missing'
  | 'start-timeout'
  | 'exited-early'
  | 'out-of-memory'
  | 'disk-full'
  | 'wrong-token'
  | 'wrong-port'
  | 'never-answered'
  | 'deadline'
  | 'cancelled'
  | 'proxy'
  | 'lost'
  | 'internal';

export interface FailureNotes {
  /** For the operator: what exactly went wrong. */
  detail?: string;
  /** What to do about it. */
  hint?: string;
  /** The last lines that the server wrote, oldest first. */
  log?: string[];
  cause?: unknown;
}

/** A start that failed for a known reason; the message is for the person who asked for the server. */
export class SpawnError extends HubError {
  override readonly code: FailureCode;
  readonly detail: string;
  readonly hint: string;
  log: string[];

  constructor(code: FailureCode, message: string, notes: FailureNotes = {}) {
    super(message, { cause: notes.cause });
    this.code = code;
    this.detail = notes.detail ?? '';
    this.hint = notes.hint ?? '';
    this.log = notes.log ?? [];
  }
}
