import knex from 'knex';

const MINUTE = 60;
const DAY_MINUTES = 24 * 60;

/** A day of samples in the database of a hub that does not run: a morning, a busy noon, an evening, and an hour without a hub. */
export async function plantDay(file: string, now = Date.now()): Promise<void> {
  const last = Math.floor(now / 1000 / MINUTE) * MINUTE - MINUTE;
  const rows = Array.from({ length: DAY_MINUTES }, (_, minute) => minute).filter((minute) => minute < 300 || minute > 360).map((minute) => sampleOf(minute, last - (DAY_MINUTES - 1 - minute) * MINUTE));
  const db = knex({ client: 'sqlite3', connection: { filename: file }, useNullAsDefault: true });
  try {
    for (let start = 0; start < rows.length; start += 50) await db('elara_history').insert(rows.slice(start, start + 50));
  } finally {
    await db.destroy();
  }
}

function sampleOf(minute: number, at: number) {
  const busy = Math.max(0, Math.sin((minute / DAY_MINUTES) * Math.PI * 2 - 0.6));
  const people = Math.round(busy * 420 + 12 * Math.sin(minute / 17) + 14);
  const spawns = minute % 3 === 0 ? Math.round(busy * 9) : 0;
  return {
    at,
    active_5m: people,
    active_1h: people + Math.round(busy * 60),
    running_servers: people + 25,
    spawns,
    spawn_failures: minute % 211 === 0 ? 2 : 0,
    spawn_p50: spawns > 0 ? 2.4 + busy : null,
    spawn_p95: spawns > 0 ? 5 + 6 * busy : null,
    queue: busy > 0.97 ? Math.round((busy - 0.97) * 600) : 0,
    service_restarts: minute % 397 === 5 ? 1 : 0,
    loop_lag_p99: 0.004 + busy * 0.01,
    loop_lag_max: 0.01 + busy * 0.05 + (minute % 97 === 0 ? 0.08 : 0),
    memory_rss: 118_000_000 + busy * 30_000_000,
  };
}
