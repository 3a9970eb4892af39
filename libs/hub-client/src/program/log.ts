/** Where a library or program says what it does; one line each. */
export interface Log {
  info(line: string): void;
  warn(line: string): void;
  error(line: string): void;
}

/**
 * A log in JupyterHub's form, `[I 2026-11-20 08:12:47.620 cull-idle] text`. Control characters are shown as escapes,
 * so that a name can neither forge a line nor colour the terminal.
 *
 * @param program stands in each line
 * @param write takes one line with its newline; standard error by default
 */
export function createLog(program: string, write: (line: string) => void = (line) => process.stderr.write(line)): Log {
  const say = (level: string) => (line: string) => write(`[${level} ${localTime(new Date())} ${program}] ${visible(line)}\n`);
  return { info: say('I'), warn: say('W'), error: say('E') };
}

function localTime(now: Date): string {
  const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, -1).replace('T', ' ');
}

const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;

/** Text with its control characters as escapes. */
export const visible = (text: string) => text.replace(CONTROL, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
