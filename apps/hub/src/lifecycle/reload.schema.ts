import { z } from 'zod';

export const reloadReportSchema = z.object({
  changes: z
    .array(
      z.object({
        text: z.string().describe('What is different, without secrets'),
        applied: z.boolean().describe('False for what takes a restart of the hub'),
      }),
    )
    .describe('Every key that differs from what the hub ran with; empty when nothing does'),
});

export type ReloadReport = z.infer<typeof reloadReportSchema>;
