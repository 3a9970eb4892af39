import { expect, test } from 'vitest';
import { metricsSettings, pollStatus, proxyAddDuration, registry, timed } from './metrics.js';

const SPAWN_BUCKETS = 'JUPYTERHUB_SERVER_SPAWN_DURATION_SECONDS_BUCKETS';

test('names and buckets are JupyterHub’s unless the environment says otherwise', () => {
  const { prefix, spawnBuckets, stopBuckets, warnings } = metricsSettings({});
  expect(prefix).toBe('jupyterhub');
  expect(spawnBuckets).toEqual([0.5, 1, 2.5, 5, 10, 15, 30, 60, 120, 180, 300, 600]);
  expect(stopBuckets).toEqual([0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]);
  expect(warnings).toEqual([]);
});

test('the environment chooses the prefix and the buckets', () => {
  const env = { JUPYTERHUB_METRICS_PREFIX: 'hub_a', [SPAWN_BUCKETS]: '1, 2.5,10,inf', JUPYTERHUB_SERVER_STOP_DURATION_SECONDS_BUCKETS: '3,Inf' };
  expect(metricsSettings(env)).toEqual({ prefix: 'hub_a', spawnBuckets: [1, 2.5, 10], stopBuckets: [3], warnings: [] });
});

test.each(['1,x', '3,2', '1,1', 'NaN'])('buckets %s are left at their default, with a warning', (value) => {
  const { spawnBuckets, warnings } = metricsSettings({ [SPAWN_BUCKETS]: value });
  expect(spawnBuckets).toHaveLength(12);
  expect(warnings).toEqual([`${SPAWN_BUCKETS} is ignored: because it has to hold seconds in rising order, such as 1,2.5,10,inf`]);
});

test('a prefix that cannot begin a name is left out, with a warning', () => {
  const { prefix, warnings } = metricsSettings({ JUPYTERHUB_METRICS_PREFIX: 'my hub' });
  expect([prefix, warnings.length]).toEqual(['jupyterhub', 1]);
});

test('all that JupyterHub 6 measures is there', () => {
  const names = registry.getMetricsAsArray().map(({ name }) => name.replace('jupyterhub_', ''));
  expect(names).toEqual(expect.arrayContaining([
    'active_users', 'check_routes_duration_seconds', 'csp_reports_total', 'event_loop_interval_seconds', 'hub_startup_duration_seconds',
    'init_spawners_duration_seconds', 'login_duration_seconds', 'logout_duration_seconds', 'proxy_add_duration_seconds',
    'proxy_delete_duration_seconds', 'proxy_poll_duration_seconds', 'request_duration_seconds', 'running_servers',
    'server_poll_duration_seconds', 'server_spawn_duration_seconds', 'server_stop_seconds', 'total_users',
  ]));
});

test('outcomes have a series before the first one happens', async () => {
  const text = await registry.metrics();
  for (const labels of ['status="success",reason=""', 'status="failure",reason="throttled"', 'status="error",reason=""']) {
    expect(text).toContain(`jupyterhub_server_spawn_duration_seconds_count{${labels}} 0`);
  }
  expect(text).toContain('jupyterhub_server_poll_duration_seconds_count{status="ServerPollStatus.running"} 0');
});

test('polls are told apart by the words that JupyterHub uses', () => {
  expect([null, 0, 1].map((exit) => pollStatus(exit).status)).toEqual(['ServerPollStatus.running', 'ServerPollStatus.stopped', 'ServerPollStatus.stopped']);
});

test('work is timed whether it succeeds or not', async () => {
  const count = async (status: string) =>
    (await proxyAddDuration.get()).values.find(({ metricName, labels }) => metricName?.endsWith('_count') && labels.status === status)?.value;
  expect(await timed(proxyAddDuration, async () => 'done')).toBe('done');
  await expect(timed(proxyAddDuration, () => Promise.reject(new Error('no proxy')))).rejects.toThrow('no proxy');
  expect([await count('success'), await count('failure')]).toEqual([1, 1]);
});
