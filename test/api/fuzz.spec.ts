import { Agent, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ADMIN_TOKEN, TestApp } from '../support/app.js';
import { type FuzzedRequest, fuzzedRequests, garbageCredentials } from '../support/fuzz.js';
import { databaseOf } from '../support/routes.js';

/** Fixed, so that a failure comes back; fast-check prints it with the request that failed. */
const SEED = 20261120;
const TIMEOUT_MS = 120_000;

/** With permission, runs a program under some account of this machine; refusals of it are tried all the same. */
const STARTS_SERVER = /^POST \/hub\/api\/users\/[^/]*\/servers?(\/[^/]*)?$/;
/** The same by cookie, as JupyterHub does for links to it. */
const SPAWN_PAGE = /^(GET|HEAD) \/hub\/spawn/;
/** Asks a proxy that is not there, and says so with a 5xx. */
const NEEDS_PROXY = /\/hub\/api\/proxy$/;
/** Ends the test. */
const ENDS_HUB = /\/shutdown$/;
/** By GET as in JupyterHub, because all that is lost is the session. */
const LOGS_OUT = /\/logout$/;
/** Whoever may follow events gets an answer that does not end. */
const ENDLESS = /^GET \/hub\/api\/events$/;

let app: TestApp;
let port: number;
let bare: string;
let cookie: string;
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

beforeAll(async () => {
  app = await TestApp.create({
    JupyterHub: {
      load_groups: { staff: { users: ['ada'] } },
      services: [{ name: 'admin-service', api_token: ADMIN_TOKEN, admin: true }, { name: 'board', url: 'http://127.0.0.1:9', api_token: 'fuzz-test-secret-of-board-0123456789' }],
    },
    Authenticator: { admin_users: ['boss'], allowed_users: ['ada', 'mallory', 'boss'] },
  });
  await app.admin('PUT', '/users/ada/servers/lab', {});
  await app.admin('POST', '/shares/ada/lab', { user: 'boss' });
  bare = (await app.admin('POST', '/users/mallory/tokens', { scopes: [] })).json.token as string;
  ({ cookie } = await app.logIn('ada'));
  await app.hub.app.listen(0, '127.0.0.1');
  port = (app.hub.app.getHttpServer().address() as AddressInfo).port;
});
afterAll(async () => {
  agent.destroy();
  await app.close();
});

interface Reply {
  status: number;
  type: string;
  text: string;
}

/** Sends a request as it stands: nothing in its path is resolved or encoded. */
function ask({ method, path, headers, body }: FuzzedRequest): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const length = body && { 'content-length': String(body.length) };
    const sent = send({ host: '127.0.0.1', port, agent, method, path, headers: { ...headers, ...length }, timeout: 10_000 }, (res) => {
      let text = '';
      const reply = (): Reply => ({ status: res.statusCode!, type: res.headers['content-type'] ?? '', text });
      res.setEncoding('utf8').on('data', (chunk: string) => (text += chunk)).on('end', () => resolve(reply())).on('error', reject);
      if (!reply().type.startsWith('text/event-stream')) return;
      // it ends when the one who follows it leaves
      resolve(reply());
      sent.destroy();
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer within 10 s'))).on('error', reject).end(body);
  });
}

const LEAKS = /\n\s+at \S|node_modules|\/apps\/hub\/|\/dist\/|SQLITE_|\.[jt]s:\d+/;

/** What no answer may be, whoever asks for whatever. */
function expectSound({ method, path }: FuzzedRequest, { status, type, text }: Reply): void {
  expect(status, text.slice(0, 500)).toBeLessThan(500);
  expect(LEAKS.exec(text.replaceAll(path, ''))?.[0]).toBeUndefined();
  if (status < 400 || method === 'HEAD' || !type.startsWith('application/json')) return;
  const error = JSON.parse(text) as Record<string, unknown>;
  if (!path.startsWith('/hub/api')) return;
  // OAuth has a form of its own for what it refuses
  if (!('error' in error && path.startsWith('/hub/api/oauth2/token'))) expect(error).toEqual({ status, message: expect.any(String) as string });
}

/** What a request may change beside what it is for: that there was one. */
const TRACES = new Set(['last_activity', 'elara_audit']);

/** All tables, without those. */
async function state(): Promise<string> {
  return JSON.stringify(await databaseOf(app), (key, value: unknown) => (TRACES.has(key) ? undefined : value));
}

interface Fuzz {
  runs: number;
  credentials: fc.Arbitrary<Record<string, string>>;
  /** Requests that are not sent, as `METHOD /path`. */
  leftOut?: RegExp[];
  /** Runs one request, and looks at what came of it. */
  around: (run: () => Promise<void>) => Promise<void>;
}

async function fuzz({ runs, credentials, leftOut = [], around }: Fuzz): Promise<void> {
  const isSent = ({ method, path }: FuzzedRequest) => ![ENDLESS, ...leftOut].some((pattern) => pattern.test(`${method} ${path.split('?')[0]}`));
  const requests = fc.tuple(fuzzedRequests(app.hub.routes.routes).filter(isSent), credentials).map(([request, given]) => ({ ...request, headers: { ...request.headers, ...given } }));
  const statuses = new Set<number>();
  const property = fc.asyncProperty(requests, (request) =>
    around(async () => {
      const reply = await ask(request);
      statuses.add(reply.status);
      expectSound(request, reply);
    }),
  );
  await fc.assert(property, { numRuns: runs, seed: SEED, interruptAfterTimeLimit: TIMEOUT_MS, markInterruptAsFailure: true });
  // some got through, and some came as far as their body
  expect([...statuses]).toEqual(expect.arrayContaining([200, 400, 403, 404, 405]));
}

describe('nothing breaks, and nothing changes, for', () => {
  async function unchanged(run: () => Promise<void>): Promise<void> {
    const before = await state();
    await run();
    expect(await state()).toBe(before);
  }

  test('strangers', () => fuzz({ runs: 900, credentials: garbageCredentials, around: unchanged }), TIMEOUT_MS);

  test('a token without scopes', () => fuzz({ runs: 900, credentials: fc.constant({ authorization: `token ${bare}` }), around: unchanged }), TIMEOUT_MS);

  test('a cookie without an XSRF token', () => fuzz({ runs: 900, credentials: fc.constant({ cookie }), leftOut: [LOGS_OUT, SPAWN_PAGE], around: unchanged }), TIMEOUT_MS);
});

test('nothing breaks for admins, who may change everything', async () => {
  await fuzz({ runs: 1800, credentials: fc.constant({ authorization: `token ${ADMIN_TOKEN}` }), leftOut: [STARTS_SERVER, NEEDS_PROXY, ENDS_HUB], around: (run) => run() });
  expect((await app.admin('GET', '/user')).status).toBe(200);
}, TIMEOUT_MS);
