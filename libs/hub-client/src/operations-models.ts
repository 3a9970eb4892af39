import type { Timestamp } from './models.js';

/** How a part of the hub is. */
export interface PartHealth {
  /** `unknown`: nobody has looked yet. */
  status: 'ok' | 'failing' | 'unknown';
  /** Since when it is so. */
  since: Timestamp | null;
  /** What is wrong. */
  reason: string | null;
}

/** How the hub and its parts are. */
export interface HubHealth {
  /** `failing` when any part is. */
  status: 'ok' | 'failing';
  database: PartHealth;
  proxy: PartHealth;
  /** By name; those that the caller may read. */
  services: Record<string, PartHealth>;
  /** What the hub does again and again, by name. */
  loops: Record<string, PartHealth>;
}

/** What Elara alone tells of itself. */
export interface HubExtension {
  version: string;
  node: string;
  uptime_seconds: number;
  memory_rss_bytes: number;
  /** The version is null when the proxy does not tell it. */
  proxy: { class: string; version: string | null };
  database: { kind: 'sqlite' | 'postgresql' | 'mysql'; version: string | null; location: string };
  health: HubHealth;
}

/** The config in force, by class and trait; secrets are masked. */
export type ConfigInForce = Record<string, Record<string, { value: unknown; changed: boolean }>>;

/** One number for each sample; null where there was nothing to count or to measure. */
export type Series = (number | null)[];

/** The last day of the hub, a sample a minute while it ran. */
export interface Overview {
  step_seconds: number;
  /** The minute of each sample, Unix time in seconds, the oldest first; all series are as long. */
  times: number[];
  series: {
    /** People who were active within five minutes, and within an hour. */
    active_5m: Series;
    active_1h: Series;
    running_servers: Series;
    /** Starts that ended in this minute: well, and not. */
    spawns: Series;
    spawn_failures: Series;
    /** Seconds that those took that went well: half of them, and 95 in 100, at most so long. */
    spawn_p50: Series;
    spawn_p95: Series;
    /** Starts that waited for their turn. */
    queue: Series;
    service_restarts: Series;
    /** Seconds for which the event loop was held up. */
    loop_lag_p99: Series;
    loop_lag_max: Series;
    memory_rss: Series;
  };
}
