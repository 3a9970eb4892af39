import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hubConfigSchema } from '../config/schema.js';
import { hubUrls } from '../config/urls.js';
import { UnavailableError } from '../errors.js';
import { Health } from '../news/health.js';
import { type ProxyDriver, type Route, UnusableRouteError } from './drivers/proxy-driver.js';
import { ProxyService } from './proxy.service.js';

/** A proxy that can be slow, away, or lose its table. */
class TableProxy implements ProxyDriver {
  table = new Map<string, Route>();
  reads = 0;
  /** How many readings fail. */
  away = 0;
  slow?: Promise<void>;
  onReset: () => void = () => undefined;
  access?: object;
  start = async () => undefined;
  stop = async () => undefined;
  connect = (access: object) => void (this.access = access);
  refused = new Set<string>();
  has = async (spec: string) => {
    if (this.away-- > 0) throw new UnavailableError('the proxy is away');
    return this.table.has(spec);
  };
  async add(route: Route) {
    if (this.refused.has(route.spec)) throw new UnusableRouteError(`no ${route.spec} here`);
    this.table.set(route.spec, route);
  }
  remove = async (spec: string) => void this.table.delete(spec);
  async routes() {
    this.reads += 1;
    if (this.away-- > 0) throw new UnavailableError('the proxy is away');
    await this.slow;
    return new Map(this.table);
  }
}

const route = (spec: string): Route => ({ spec, target: 'http://127.0.0.1:1', data: { user: spec } });
const HUB = { spec: '/team/', target: 'http://127.0.0.1:8081', data: { hub: true } };
const EXTRA = { spec: '/docs/', target: 'http://127.0.0.1:7', data: { extra: true } };

let driver: TableProxy;
let proxy: ProxyService;
let wanted: Route[];
let lines: string[];

const keep = (message: unknown) => lines.push(String(message));
beforeAll(() => Logger.overrideLogger({ log: keep, warn: keep, error: keep }));
afterAll(() => Logger.overrideLogger(false));
beforeEach(async () => {
  const config = hubConfigSchema.parse({
    JupyterHub: { bind_url: 'http://:8000/team/', hub_bind_url: 'http://127.0.0.1:8081' },
    ConfigurableHTTPProxy: { extra_routes: { docs: 'http://127.0.0.1:7' } },
  });
  driver = new TableProxy();
  wanted = [];
  lines = [];
  proxy = new ProxyService(config, hubUrls(config), driver, new Health());
  proxy.addSource('servers', async () => wanted);
  await proxy.start(new AbortController().signal);
});

const specs = () => [...driver.table.keys()].sort();

describe('a check', () => {
  test('adds what all parts want and removes the rest', async () => {
    wanted = [route('/user/a/')];
    driver.table.set('/user/b/', route('/user/b/'));
    await proxy.check();
    expect(new Set(driver.table.values())).toEqual(new Set([HUB, EXTRA, route('/user/a/')]));
  });

  test('that cannot ask everybody changes nothing', async () => {
    driver.table.set('/user/b/', route('/user/b/'));
    proxy.addSource('services', () => Promise.reject(new Error('the database is away')));
    await expect(proxy.check()).rejects.toThrow('the database is away');
    expect(specs()).toEqual(['/user/b/']);
  });

  test('is one at a time, and those that ask meanwhile share the next', async () => {
    let go!: () => void;
    driver.slow = new Promise((resolve) => (go = resolve));
    const checks = [proxy.check(), proxy.check(), proxy.check(), proxy.check()];
    expect(driver.reads).toBe(1);
    wanted = [route('/user/a/')];
    go();
    await Promise.all(checks);
    expect(driver.reads).toBe(2);
    expect(specs()).toContain('/user/a/');
    await proxy.check();
    expect(driver.reads).toBe(3);
  });

  test('that fails does not keep the next from working', async () => {
    driver.away = 1;
    const [first, second] = [proxy.check(), proxy.check()];
    await expect(first).rejects.toThrow(UnavailableError);
    await second;
    expect(specs()).toEqual(['/docs/', '/team/']);
  });

  test('goes on after a route that the proxy does not take, and tells of it once', async () => {
    driver.refused.add('/services/../');
    wanted = [route('/services/../'), route('/user/a/')];
    await proxy.check();
    await proxy.check();
    expect(specs()).toEqual(['/docs/', '/team/', '/user/a/']);
    expect(lines.filter((line) => line.includes('no /services/../ here'))).toHaveLength(1);
    expect(lines.filter((line) => line.startsWith('Adding missing route'))).toEqual([]);
  });

  test('of many routes tells their number', async () => {
    wanted = Array.from({ length: 50 }, (_, n) => route(`/user/${n}/`));
    await proxy.check();
    wanted = [];
    await proxy.check();
    expect(lines).toEqual(['Adding 52 routes', 'Deleting 50 stale routes']);
  });

  test('with a table at hand does not read it again', async () => {
    await proxy.check(new Map([[HUB.spec, HUB]]));
    expect([driver.reads, specs()]).toEqual([0, ['/docs/']]);
  });
});

test('routes are restored when the proxy comes back', async () => {
  driver.onReset();
  await expect.poll(specs).toEqual(['/docs/', '/team/']);
});

test('the watch restores a table that lost the way to the hub, and else leaves it', async () => {
  await proxy.watch();
  expect([driver.reads, specs()]).toEqual([1, ['/docs/', '/team/']]);
  await proxy.watch();
  expect(driver.reads).toBe(1);
});

test('the watch says once that the proxy is away, and that it is back', async () => {
  await proxy.check();
  lines = [];
  driver.away = 3;
  for (let n = 0; n < 5; n++) await proxy.watch();
  expect(lines).toEqual(['The proxy does not answer: the proxy is away', 'The proxy answers again']);
});

test('another proxy gets all routes', async () => {
  await proxy.update({ token: 'new' });
  expect(driver.access).toEqual({ token: 'new' });
  expect(specs()).toEqual(['/docs/', '/team/']);
});
