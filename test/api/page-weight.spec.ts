import { afterAll, beforeAll, expect, test } from 'vitest';
import { gzipSync } from 'node:zlib';
import { TestApp } from '../support/app.js';

const MOST_KB = 250;

let app: TestApp;
beforeAll(async () => {
  app = await TestApp.create();
});
afterAll(() => app.close());

/** What the browser loads for a page, as it comes over the wire: the page, and all it names, and what that names. */
async function weigh(path: string, cookie = ''): Promise<Map<string, number>> {
  const weights = new Map<string, number>();
  const waiting = [path];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (weights.has(next)) continue;
    const { payload, rawPayload, headers, statusCode } = await app.hub.app.inject({ path: next, headers: { cookie, 'accept-encoding': 'gzip' } });
    expect([next, statusCode]).toEqual([next, 200]);
    const text = headers['content-encoding'] === 'gzip' ? (await app.hub.app.inject({ path: next })).payload : payload;
    weights.set(next, rawPayload.length);
    const names = [...text.matchAll(/<(?:script|img|link)[^>]*?(?:src|href)="([^"]+)"/g), ...text.matchAll(/^import .*?'(\.\/[^']+)'/gm)].map(([, name]) => name!);
    waiting.push(...names.map((name) => new URL(name, `http://hub${next}`)).map(({ pathname, search }) => pathname + search));
  }
  return weights;
}

const kilobytes = (weights: Map<string, number>) => [...weights.values()].reduce((sum, size) => sum + size, 0) / 1024;

test('the login page is light', async () => {
  const weights = await weigh('/hub/login');
  expect([...weights.keys()].some((name) => name.includes('bootstrap.min.css'))).toBe(true);
  expect([...weights.keys()].some((name) => name.includes('js/api.js') || name.includes('js/forms.js'))).toBe(true);
  expect(kilobytes(weights)).toBeLessThan(MOST_KB);
});

test('the home page is light, with servers on it', async () => {
  const { cookie } = await app.logIn('ada');
  for (let number = 0; number < 20; number += 1) await app.admin('PUT', `/users/ada/servers/lab${number}`, {});
  const weights = await weigh('/hub/home', cookie);
  expect(kilobytes(weights)).toBeLessThan(MOST_KB);
});

test('what is compressed is smaller for it', async () => {
  const { rawPayload } = await app.hub.app.inject({ path: '/hub/static/bootstrap/bootstrap.min.css', headers: { 'accept-encoding': 'gzip' } });
  const { payload } = await app.hub.app.inject({ path: '/hub/static/bootstrap/bootstrap.min.css' });
  expect(rawPayload.length).toBeLessThan(payload.length / 3);
  expect(rawPayload.length).toBeLessThanOrEqual(gzipSync(payload).length);
});
