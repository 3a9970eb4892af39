import { z } from 'zod';
import { followLog, tailLog } from '#process';
import { InvalidInputError } from '../errors.js';
import { eventStream } from './event-stream.js';
import type { HubReply } from './hub-request.js';

const MOST_LINES = 10_000;
const MOST_BYTES = 1024 * 1024;

/** What the query of a log route means. */
export const LOG_QUERY = {
  tail: `How many of the last lines, 0 to ${MOST_LINES}; 100 if it is left out`,
  follow: '`true`: further lines as they come, as an event stream; each event is `data: ` and a Log',
};

const query = z.object({
  tail: z
    .string()
    .regex(/^\d{1,6}$/)
    .transform(Number)
    .refine((lines) => lines <= MOST_LINES)
    .default(100),
  follow: z.enum(['true', 'false', '1', '0', '']).default('false').transform((value) => value === 'true' || value === '1'),
});

/**
 * Answers with the end of a log file, or with all that comes until the reader leaves.
 * @throws InvalidInputError when the query cannot be understood
 */
export async function sendLog(reply: HubReply, file: string, asked: Record<string, unknown>): Promise<void> {
  const parsed = query.safeParse(asked);
  if (!parsed.success) throw new InvalidInputError(`cannot read the log: because tail has to be 0 to ${MOST_LINES}, and follow true or false`);
  const { tail, follow } = parsed.data;
  reply.header('Cache-Control', 'no-cache');
  if (!follow) return void (await reply.send({ lines: await tailLog(file, tail, MOST_BYTES) }));
  const gone = new AbortController();
  const news = followLog(file, { tail, signal: gone.signal });
  const first = await news.next();
  await reply.type('text/event-stream').send(eventStream(first.done ? undefined : first.value, news, () => gone.abort()));
}
