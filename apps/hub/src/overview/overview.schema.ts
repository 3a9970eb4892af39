import { z } from 'zod';

const seconds = z.number().nullable().describe('null for a minute in which nothing was to be measured');
const count = z.int();
const counted = count.nullable().describe('null for a minute in which the database was away');

export const overviewSchema = z.object({
  step_seconds: count.describe('From one sample to the next, while the hub ran'),
  times: z.array(count).describe('The minute of each sample, Unix time in seconds, the oldest first; all series are as long'),
  series: z.object({
    active_5m: z.array(counted).describe('People who were active within five minutes'),
    active_1h: z.array(counted).describe('People who were active within an hour'),
    running_servers: z.array(counted),
    spawns: z.array(count).describe('Starts that ended well in this minute'),
    spawn_failures: z.array(count).describe('Starts that failed in this minute, without those that were cancelled'),
    spawn_p50: z.array(seconds).describe('Seconds that half of those starts did not exceed'),
    spawn_p95: z.array(seconds).describe('The same for 95 in 100'),
    queue: z.array(count).describe('Starts that waited for their turn'),
    service_restarts: z.array(count).describe('How often services had ended by themselves and were started again'),
    loop_lag_p99: z.array(seconds).describe('Seconds for which the event loop was held up, 99 in 100'),
    loop_lag_max: z.array(seconds).describe('The same at most'),
    memory_rss: z.array(count).describe('Bytes that the hub held in memory'),
  }),
});
