import { z } from 'zod';

export const LOG_LEVELS = ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

const name = z.string().transform((text, context): LogLevel => {
  const upper = text.toUpperCase();
  const level = LOG_LEVELS.find((known) => known === upper || (known === 'WARNING' && upper === 'WARN'));
  if (level) return level;
  context.addIssue({ code: 'custom', params: { names: LOG_LEVELS }, message: `expected one of ${LOG_LEVELS.join(', ')}` });
  return z.NEVER;
});

const number = z
  .number()
  .int()
  .min(0)
  .max(50)
  .transform((value): LogLevel => LOG_LEVELS[Math.max(0, Math.ceil(value / 10) - 1)]!);

/** Python's names and numbers (10 is DEBUG, 20 is INFO …) become one of the names. */
export const logLevel = z
  .union([name, number])
  .default('INFO')
  .describe('What the hub logs: DEBUG, INFO, WARNING, ERROR or CRITICAL (or 10 to 50).');
