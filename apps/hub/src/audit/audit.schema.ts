import { z } from 'zod';
import { time } from '../http/wire.schema.js';

const named = (kinds: string) => z.object({ kind: z.string().describe(kinds), name: z.string() });

export const auditRecordSchema = z.object({
  id: z.int(),
  time,
  actor: named('user, service, server, anonymous; unknown when the request failed before that was looked at; hub').describe('Who did it, by the name of that time'),
  on_behalf_of: z.string().nullable().describe('The user for whom a server or service acted'),
  via: z.string().nullable().describe('`token a12`, or `session` and a digest that tells sessions apart; null to whom it concerns, for others'),
  address: z.string().nullable().describe('From where; null to whom it concerns, for others'),
  method: z.string(),
  route: z.string().describe('As it is declared, e.g. /hub/api/users/:user'),
  action: z.string().describe('What was done, e.g. server.start; read for a denied look'),
  target: named('user, server, group, service or client').nullable().describe('Whom or what it was done to, by the name of that time'),
  status: z.int(),
  outcome: z.enum(['ok', 'denied', 'failed']),
  reason: z.string().nullable().describe('Of a denial'),
});

export const auditPageSchema = z.object({
  items: z.array(auditRecordSchema).describe('The newest first'),
  next: z.string().nullable().describe('`before` of the next page; null on the last one'),
});
