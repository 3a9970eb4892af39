import { z } from 'zod';

const implementation = z.object({ class: z.string(), version: z.string() });

export const versionSchema = z.object({ version: z.string().describe('The level of the API') });

const part = z.object({
  status: z.enum(['ok', 'failing', 'unknown']).describe('unknown: nobody has looked yet'),
  since: z.string().nullable(),
  reason: z.string().nullable().describe('What is wrong'),
});

const parts = z.record(z.string(), part);

const healthSchema = z.object({
  status: z.enum(['ok', 'failing']).describe('failing when any part is'),
  database: part,
  proxy: part,
  services: parts.describe('Those that the caller may read'),
  loops: parts.describe('What the hub does again and again'),
});

export const configSchema = z.record(
  z.string(),
  z.record(z.string(), z.object({ value: z.unknown().describe('Without secrets'), changed: z.boolean().describe('Whether it is other than without any config') })),
);

export const infoSchema = versionSchema.extend({
  python: z.string().describe('Of Node, under the name that clients know'),
  sys_executable: z.string(),
  spawner: implementation,
  authenticator: implementation,
  elara: z.object({
    version: z.string(),
    node: z.string(),
    uptime_seconds: z.int(),
    memory_rss_bytes: z.int(),
    proxy: z.object({ class: z.string(), version: z.string().nullable().describe('null when it does not tell') }),
    database: z.object({
      kind: z.enum(['sqlite', 'postgresql', 'mysql']),
      version: z.string().nullable().describe('null until it has answered'),
      location: z.string().describe('Its file, or its server without user and password'),
    }),
    health: healthSchema,
  }),
});
