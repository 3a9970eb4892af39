import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { followLog, tailLog } from '#process';
import { InvalidInputError } from '../errors.js';
import { EventStreams } from './event-streams.js';
import type { HubReply, HubRequest } from './hub-request.js';

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

/** Answers with what is in log files. */
@Injectable()
export class LogAnswers {
  constructor(private readonly streams: EventStreams) {}

  /**
   * Answers with the end of a log file, or with all that comes until the reader leaves.
   * @throws InvalidInputError when the query cannot be understood
   */
  async send(request: HubRequest, reply: HubReply, file: string): Promise<void> {
    const parsed = query.safeParse(request.query);
    if (!parsed.success) throw new InvalidInputError(`cannot read the log: because tail has to be 0 to ${MOST_LINES}, and follow true or false`);
    const { tail, follow } = parsed.data;
    if (follow) return this.streams.send(request, reply, { events: ({ signal }) => followLog(file, { tail, signal }) });
    await reply.header('Cache-Control', 'no-cache').send({ lines: await tailLog(file, tail, MOST_BYTES) });
  }
}
