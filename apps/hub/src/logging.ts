import { ConsoleLogger, type LogLevel as NestLevel } from '@nestjs/common';

/** From the most to the least talkative, by the names of `JupyterHub.log_level`. */
const LEVELS: Record<string, NestLevel[]> = {
  DEBUG: ['verbose', 'debug', 'log', 'warn', 'error', 'fatal'],
  INFO: ['log', 'warn', 'error', 'fatal'],
  WARNING: ['warn', 'error', 'fatal'],
  ERROR: ['error', 'fatal'],
  CRITICAL: ['fatal'],
};

const LETTERS: Record<NestLevel, string> = { verbose: 'D', debug: 'D', log: 'I', warn: 'W', error: 'E', fatal: 'C' };

/** What Nest tells about its own start is of interest to nobody who runs a hub. */
const CHATTER = new Set(['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestApplication']);

/** Control characters, and those by which text changes its direction or its line. */
const UNSEEN = /[\0-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g;

/** Text as it may stand in a log: nothing in it is invisible, and its further lines are set in, so that no name can forge an entry. */
export function visible(text: string): string {
  const escaped = text.replace(UNSEEN, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return escaped.replaceAll('\n', '\n    ');
}

/** Log lines like JupyterHub's, `[I 2026-01-31 12:00:00.000 servers] message`, on stderr; in colour on a terminal. */
export class HubLogger extends ConsoleLogger {
  constructor(level: string) {
    super({ logLevels: LEVELS[level] ?? LEVELS.INFO, colors: process.stderr.isTTY ?? false });
  }

  override log(message: unknown, ...rest: unknown[]): void {
    if (CHATTER.has(String(rest.at(-1)))) super.debug(message, ...rest);
    else super.log(message, ...rest);
  }

  protected override formatMessage(level: NestLevel, message: unknown, _pid: string, _level: string, context: string): string {
    const name = context.replace(/\x1b\[\d+m/g, '').replace(/^\[|\]\s*$/g, '') || 'hub';
    const stamp = new Date().toISOString().replace('T', ' ').slice(0, 23);
    const text = typeof message === 'string' ? visible(message) : message;
    return `${this.colorize(`[${LETTERS[level]} ${stamp} ${name}]`, level)} ${String(this.stringifyMessage(text, level))}\n`;
  }

  protected override printMessages(messages: unknown[], context?: string, level?: NestLevel, _stream?: 'stdout' | 'stderr', stack?: unknown): void {
    super.printMessages(messages, context, level, 'stderr', stack);
  }

  protected override printStackTrace(stack: string | undefined): void {
    if (stack) super.printStackTrace(`    ${visible(stack)}`);
  }
}
