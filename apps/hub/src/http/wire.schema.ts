import { z } from 'zod';

/** A time as the API writes it. */
export const time = z.string().describe('UTC, ISO 8601, e.g. 2026-11-20T08:12:47.620884Z');

/** The body of every answer that says no (reference rest-api 1.0). */
export const errorSchema = z.object({ status: z.int(), message: z.string().describe('For people') });

/** Where a page stands among all there is (reference rest-api 1.0, Pagination). */
export const paginationSchema = z.object({
  offset: z.int(),
  limit: z.int(),
  total: z.int(),
  next: z.object({ offset: z.int(), limit: z.int(), url: z.string() }).nullable().describe('null on the last page'),
});
