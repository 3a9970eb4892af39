import { z } from 'zod';
import { fromDbTime, toDbTime } from '../database/values.js';
import { InvalidInputError } from '../errors.js';
import type { AuditCursor, AuditFilter } from './audit.repository.js';

const KIND = /^(user|service|server|group|client|anonymous|unknown|hub):(.*)$/s;
const LONGEST = 600;

const subject = z
  .string()
  .min(1)
  .max(LONGEST)
  .transform((text) => {
    const [, kind, name] = KIND.exec(text) ?? [];
    return kind === undefined ? { name: text } : { kind, name: name! };
  });

const moment = z
  .string()
  .max(40)
  .refine((text) => /^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(Date.parse(text)))
  .transform((text) => toDbTime(new Date(text)));

const cursor = z
  .string()
  .regex(/^\d{1,15}-\d{1,15}$/)
  .transform((text): AuditCursor => {
    const [ms, id] = text.split('-').map(Number) as [number, number];
    return { at: toDbTime(new Date(ms)), id };
  });

const query = z.object({
  actor: subject.optional(),
  target: subject.optional(),
  action: z.string().max(63).optional(),
  outcome: z.enum(['ok', 'denied', 'failed']).optional(),
  since: moment.optional(),
  until: moment.optional(),
  before: cursor.optional(),
  limit: z.coerce.number().int().min(1).optional(),
});

/** How routes describe it. */
export const AUDIT_QUERY = {
  actor: 'Who did it: a name, or kind:name, e.g. service:cull-idle',
  target: 'Whom or what it was done to: a name, or kind:name, e.g. user:bob or server:bob/lab',
  action: 'What was done, e.g. server.start',
  outcome: 'ok, denied or failed',
  since: 'From this moment on, ISO 8601',
  until: 'Before this moment, ISO 8601',
  before: 'Older ones: `next` of the page before',
  limit: 'How many at most',
};

export interface AuditQuestion {
  filter: AuditFilter;
  limit: number;
  after?: AuditCursor;
}

/** @throws InvalidInputError that names the parameter */
export function auditQuestion(asked: Record<string, unknown>, limits: { api_page_default_limit: number; api_page_max_limit: number }): AuditQuestion {
  const parsed = query.safeParse(asked);
  if (!parsed.success) {
    const name = String(parsed.error.issues[0]!.path[0]) as keyof typeof AUDIT_QUERY;
    throw new InvalidInputError(`cannot read the audit: because ${name} cannot be understood; it means: ${AUDIT_QUERY[name]}`);
  }
  const { before, limit = limits.api_page_default_limit, ...filter } = parsed.data;
  return { filter, limit: Math.min(limit, limits.api_page_max_limit), ...(before && { after: before }) };
}

export const cursorOf = ({ at, id }: AuditCursor): string => `${fromDbTime(at)!.getTime()}-${id}`;
