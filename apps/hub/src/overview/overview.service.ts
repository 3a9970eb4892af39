import { Injectable, Logger } from '@nestjs/common';
import { messageOf } from '../errors.js';
import { recentLags, recentSpawns, serviceRestarts, spawnFailures, spawnQueueLength } from '../metrics.js';
import { MetricsService } from '../metrics/metrics.service.js';
import { HistoryRepository } from './history.repository.js';
import { inMilliseconds, type OverviewModel, overviewOf, type Sample, STEP_SECONDS } from './sample.js';

const HOUR_SECONDS = 3600;
const KEPT_SECONDS = 24 * HOUR_SECONDS;

const log = new Logger('overview');

/** How the hub was used in the last day: a sample for each minute, in memory and in a table, so that a restart keeps them. */
@Injectable()
export class OverviewService {
  #samples: Sample[] = [];
  #isLoaded = false;
  #restartsBefore = 0;

  constructor(
    private readonly history: HistoryRepository,
    private readonly metrics: MetricsService,
  ) {}

  /** @param hours of the past, up to 24 */
  async last(hours: number): Promise<OverviewModel> {
    await this.#load();
    const from = thisMinute() - hours * HOUR_SECONDS;
    return overviewOf(this.#samples.filter(({ at }) => at >= from));
  }

  /** Takes the sample of this minute. Whatever there is to count costs the same with any number of people. */
  async take(): Promise<void> {
    await this.#load();
    const sample = await this.#sample();
    const oldest = sample.at - KEPT_SECONDS;
    this.#samples = [...this.#samples.filter(({ at }) => at >= oldest && at < sample.at), sample];
    await this.history.add(sample, oldest);
  }

  /** What an earlier hub has seen; without a database it is asked for again with the next sample. */
  async #load(): Promise<void> {
    if (this.#isLoaded) return;
    try {
      const earlier = await this.history.since(thisMinute() - KEPT_SECONDS);
      if (this.#isLoaded) return;
      const first = this.#samples[0]?.at ?? Infinity;
      this.#samples = [...earlier.filter(({ at }) => at < first), ...this.#samples];
      this.#isLoaded = true;
    } catch (error) {
      log.error(`cannot read the history of the last day: because ${messageOf(error)}`);
    }
  }

  async #sample(): Promise<Sample> {
    const [spawns, lags, failures] = [recentSpawns.take(), recentLags.take(), spawnFailures.take()];
    const counts = await this.metrics.countNow();
    return {
      at: thisMinute(),
      ...counts,
      spawns: spawns.count,
      spawn_failures: failures.count,
      spawn_p50: inMilliseconds(spawns.quantile(0.5)),
      spawn_p95: inMilliseconds(spawns.quantile(0.95)),
      queue: (await spawnQueueLength.get()).values[0]?.value ?? 0,
      service_restarts: await this.#restarts(),
      loop_lag_p99: inMilliseconds(lags.quantile(0.99)),
      loop_lag_max: inMilliseconds(lags.max),
      memory_rss: process.memoryUsage.rss(),
    };
  }

  /** How many there were since the last sample; a service that was taken out of the config takes its count along. */
  async #restarts(): Promise<number> {
    const total = (await serviceRestarts.get()).values.reduce((sum, { value }) => sum + value, 0);
    const fresh = Math.max(0, total - this.#restartsBefore);
    this.#restartsBefore = total;
    return fresh;
  }
}

/** When it began, Unix time in seconds. */
const thisMinute = (): number => Math.floor(Date.now() / 1000 / STEP_SECONDS) * STEP_SECONDS;
