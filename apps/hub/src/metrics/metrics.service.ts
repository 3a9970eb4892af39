import { Injectable, Logger } from '@nestjs/common';
import { messageOf } from '../errors.js';
import { activeUsers, registry, runningServers, totalUsers } from '../metrics.js';
import { EventLoopWatch } from './event-loop.js';
import { type Counts, MetricsRepository } from './metrics.repository.js';

const PERIODS = { '24h': 1, '7d': 7, '30d': 30 };
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

const log = new Logger('metrics');

/** What Prometheus reads. Whatever can be counted is counted when it asks, so that it cannot drift. */
@Injectable()
export class MetricsService {
  readonly #eventLoop = new EventLoopWatch();

  constructor(private readonly repository: MetricsRepository) {}

  /** All metrics as Prometheus' text format. Without a database, what it would tell is NaN, and the rest is still there. */
  async text(): Promise<string> {
    show(await this.#counts());
    return registry.metrics();
  }

  /** One look at the event loop, every `LOOK_SECONDS`. */
  async lookAtEventLoop(): Promise<void> {
    this.#eventLoop.look();
  }

  /** Who is active and what runs at this moment; null for what the database does not tell. */
  async countNow(): Promise<{ active_5m: number | null; active_1h: number | null; running_servers: number | null }> {
    const now = Date.now();
    try {
      const asked = [this.repository.activeSince(new Date(now - 5 * MINUTE_MS)), this.repository.activeSince(new Date(now - 60 * MINUTE_MS)), this.repository.running()];
      const [active_5m, active_1h, running_servers] = (await Promise.all(asked)) as [number, number, number];
      return { active_5m, active_1h, running_servers };
    } catch (error) {
      log.error(`cannot count users and servers: because ${messageOf(error)}`);
      return { active_5m: null, active_1h: null, running_servers: null };
    }
  }

  async #counts(): Promise<Counts> {
    const now = Date.now();
    try {
      return await this.repository.count(Object.values(PERIODS).map((days) => new Date(now - days * DAY_MS)));
    } catch (error) {
      log.error(`cannot count users and servers: because ${messageOf(error)}`);
      return { users: NaN, active: [], running: NaN };
    }
  }
}

function show({ users, active, running }: Counts): void {
  totalUsers.set(users);
  runningServers.set(running);
  Object.keys(PERIODS).forEach((period, index) => activeUsers.set({ period }, active[index] ?? NaN));
}
