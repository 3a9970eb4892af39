import { z } from 'zod';

/** A time as the API writes it. */
export const time = z.string().describe('UTC, ISO 8601, e.g. 2026-11-20T08:12:47.620884Z');

/** The body of every answer that says no (reference rest-api 1.0). */
export const errorSchema = z.object({ status: z.int(), message: z.string().describe('For people') });

/** What a service or server printed. */
export const logSchema = z.object({
  lines: z.array(z.string()).describe('Oldest first'),
  skipped: z.int().optional().describe('Bytes before these lines that were left out, because the reader was too slow'),
});

/** Where a page stands among all there is (reference rest-api 1.0, Pagination). */
export const paginationSchema = z.object({
  offset: z.int(),
  limit: z.int(),
  total: z.int(),
  next: z.object({ offset: z.int(), limit: z.int(), url: z.string() }).nullable().describe('null on the last page'),
});
