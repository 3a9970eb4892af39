/** What went wrong, for programs: stable across wordings. */
export type ProcessErrorCode =
  | 'command-not-found'
  | 'not-executable'
  | 'no-directory'
  | 'no-log-file'
  | 'not-permitted'
  | 'spawn-failed'
  | 'timeout'
  | 'exited'
  | 'unhealthy'
  | 'no-limits'
  | 'bad-transition';

/** A failure around a process that can be explained: the message says "cannot X: because Y". */
export class ProcessError extends Error {
  constructor(
    readonly code: ProcessErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'ProcessError';
  }
}

/** The `code` of a system error (`ENOENT`, `EACCES` …), if it has one. */
export const systemCode = (error: unknown): string | undefined => (error as NodeJS.ErrnoException | null)?.code;
