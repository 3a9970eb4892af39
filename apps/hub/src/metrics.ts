import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { RecentValues } from './recent-values.js';

/** All that `/hub/metrics` shows, under JupyterHub's names (reference hub-behaviour, section 8, with the labels of 6.0). */
export const registry = new Registry();

/** What the environment says about metrics; what cannot be used is left at its default and explained in `warnings`. */
export interface MetricsSettings {
  prefix: string;
  /** Upper bounds in seconds. */
  spawnBuckets: number[];
  stopBuckets: number[];
  warnings: string[];
}

/** The buckets of JupyterHub's histograms, in seconds. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const SPAWN_BUCKETS = [0.5, 1, 2.5, 5, 10, 15, 30, 60, 120, 180, 300, 600];
const LOOP_BUCKETS = [0.05, 0.055, 0.06, 0.065, 0.07, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

const PREFIX_VARIABLE = 'JUPYTERHUB_METRICS_PREFIX';

export function metricsSettings(env: NodeJS.ProcessEnv): MetricsSettings {
  const warnings: string[] = [];
  const ignored = (variable: string, why: string) => warnings.push(`${variable} is ignored: because ${why}`);
  const buckets = (variable: string, initial: number[]): number[] => {
    const given = env[variable]?.split(',').map((part) => part.trim()).filter((part) => part !== '' && !/^\+?inf$/i.test(part)) ?? [];
    if (given.length === 0) return initial;
    const bounds = given.map(Number);
    if (bounds.every((bound, index) => Number.isFinite(bound) && (index === 0 || bound > bounds[index - 1]!))) return bounds;
    ignored(variable, 'it has to hold seconds in rising order, such as 1,2.5,10,inf');
    return initial;
  };
  const settings = {
    prefix: env[PREFIX_VARIABLE] || 'jupyterhub',
    spawnBuckets: buckets('JUPYTERHUB_SERVER_SPAWN_DURATION_SECONDS_BUCKETS', SPAWN_BUCKETS),
    stopBuckets: buckets('JUPYTERHUB_SERVER_STOP_DURATION_SECONDS_BUCKETS', BUCKETS),
    warnings,
  };
  if (/^[a-z_:][\w:]*$/i.test(settings.prefix)) return settings;
  ignored(PREFIX_VARIABLE, 'names of metrics consist of letters, digits, _ and :');
  return { ...settings, prefix: 'jupyterhub' };
}

const { prefix, spawnBuckets, stopBuckets, warnings } = metricsSettings(process.env);

/** What of the environment was ignored, said at start. */
export const metricsWarnings: readonly string[] = warnings;

const histogram = <Label extends string>(name: string, help: string, labelNames: readonly Label[] = [], buckets = BUCKETS) =>
  new Histogram({ name: `${prefix}_${name}`, help, labelNames, buckets, registers: [registry] });

const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[] = []) =>
  new Gauge({ name: `${prefix}_${name}`, help, labelNames, registers: [registry] });

export const requestDuration = histogram('request_duration_seconds', 'Time until an HTTP request was answered', ['method', 'handler', 'code']);
export const loginDuration = histogram('login_duration_seconds', 'Time to check a login', ['status']);
export const logoutDuration = histogram('logout_duration_seconds', 'Time to log somebody out');
export const loginsRefused = new Counter({
  name: `${prefix}_logins_refused_total`,
  help: 'Logins that were not checked, because too many had failed',
  labelNames: ['limit'],
  registers: [registry],
});
export const cspReports = new Counter({
  name: `${prefix}_csp_reports_total`,
  help: 'Violations of the content security policy that browsers reported',
  registers: [registry],
});

export const totalUsers = gauge('total_users', 'Number of users');
export const activeUsers = gauge('active_users', 'Number of users who were active within the period', ['period']);
export const runningServers = gauge('running_servers', 'Number of servers that run');

export const spawnDuration = histogram('server_spawn_duration_seconds', 'Time to start a server', ['status', 'reason'], spawnBuckets);
export const orphanedServers = gauge('orphaned_servers', 'Number of servers that run although no row knows of them');
export const spawnQueueLength = gauge('spawn_queue_length', 'Number of starts that wait for their turn');
export const spawnQueueWait = histogram('spawn_queue_wait_seconds', 'Time that starts waited for their turn', ['outcome'], spawnBuckets);
export const stopDuration = histogram('server_stop_seconds', 'Time to stop a server and clean up after it', ['status'], stopBuckets);
export const serverPollDuration = histogram('server_poll_duration_seconds', 'Time to find out whether a server runs', ['status']);

export const proxyAddDuration = histogram('proxy_add_duration_seconds', 'Time to add a route to the proxy', ['status']);
export const proxyDeleteDuration = histogram('proxy_delete_duration_seconds', 'Time to delete a route from the proxy', ['status']);
export const proxyPollDuration = histogram('proxy_poll_duration_seconds', 'Time to read all routes of the proxy');
export const checkRoutesDuration = histogram('check_routes_duration_seconds', 'Time to check all routes of the proxy');

/** Elara's own, so not under JupyterHub's prefix. One series per configured service and state. */
export const serviceState = new Gauge({
  name: 'elara_service_state',
  help: '1 for the state that a managed service is in, 0 for all others',
  labelNames: ['service', 'state'],
  registers: [registry],
});
export const serviceProbe = new Gauge({
  name: 'elara_service_probe_healthy',
  help: '1 while a probe finds a managed service well, 0 while it does not',
  labelNames: ['service', 'probe'],
  registers: [registry],
});
export const serviceRestarts = new Counter({
  name: 'elara_service_restarts_total',
  help: 'How often the hub started a managed service again that had ended by itself',
  labelNames: ['service'],
  registers: [registry],
});

export const startupDuration = histogram('hub_startup_duration_seconds', 'Time until the hub could be used');
export const initSpawnersDuration = histogram('init_spawners_duration_seconds', 'Time to check the servers of an earlier hub at start');
export const eventLoopInterval = histogram('event_loop_interval_seconds', 'Time for which the event loop was held up', [], LOOP_BUCKETS);

/** The same as the histograms above, each value of the last minute, for the overview: seconds of starts that went well, and of those that failed. */
export const recentSpawns = new RecentValues();
export const spawnFailures = new RecentValues();
/** Seconds by which looks at the event loop came late. */
export const recentLags = new RecentValues();

/** Values of `status` as JupyterHub writes them, the name of its enumeration included. */
export const pollStatus = (exit: number | null) => ({ status: exit === null ? 'ServerPollStatus.running' : 'ServerPollStatus.stopped' });

// series that are there from the start can be alerted on
for (const status of ['success', 'failure']) {
  for (const timed of [stopDuration, loginDuration, proxyAddDuration, proxyDeleteDuration]) timed.zero({ status });
}
for (const outcome of ['started', 'left']) spawnQueueWait.zero({ outcome });
for (const exit of [null, 0]) serverPollDuration.zero(pollStatus(exit));
for (const [status, reasons] of Object.entries({ success: [''], failure: ['throttled', 'too-many-users', 'already-pending', 'exited'], error: [''] })) {
  for (const reason of reasons) spawnDuration.zero({ status, reason });
}

/** Does the work and notes how long it took, and whether it succeeded. */
export async function timed<T>(durations: Histogram<'status'>, work: () => Promise<T>): Promise<T> {
  const end = durations.startTimer();
  try {
    const result = await work();
    end({ status: 'success' });
    return result;
  } catch (error) {
    end({ status: 'failure' });
    throw error;
  }
}

let processIsWatched = false;

/** Adds the metrics of the process itself: `process_*` and `nodejs_*`. There is one process, whatever runs in it. */
export function watchProcess(): void {
  if (processIsWatched) return;
  processIsWatched = true;
  // at its 10 ms, this alone would wake an idle hub 100 times a second
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 1000 });
}
