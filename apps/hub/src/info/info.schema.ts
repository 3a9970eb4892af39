import { z } from 'zod';

const implementation = z.object({ class: z.string(), version: z.string() });

export const versionSchema = z.object({ version: z.string().describe('The level of the API') });

export const infoSchema = versionSchema.extend({
  python: z.string().describe('Of Node, under the name that clients know'),
  sys_executable: z.string(),
  spawner: implementation,
  authenticator: implementation,
  elara: z.object({ version: z.string(), node: z.string(), uptime_seconds: z.int(), memory_rss_bytes: z.int() }),
});
