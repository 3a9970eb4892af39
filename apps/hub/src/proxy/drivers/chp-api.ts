import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { sleep } from '#process';
import { quoteName } from '../../config/urls.js';
import { type HubError, messageOf, UnavailableError } from '../../errors.js';
import { type Route, type RouteData, UnusableRouteError } from './proxy-driver.js';

export interface ChpAccess {
  /** `http://127.0.0.1:8001` */
  apiUrl: string;
  token: string;
}

interface Answer {
  status: number;
  body: string;
}

const REQUEST_MS = 10_000;
const FIRST_PAUSE_MS = 100;
const MAX_PAUSE_MS = 2_000;
/** How long a change is tried while the proxy is away: long enough for it to be started again. */
const ADD_PATIENCE_MS = 30_000;
/** A proxy that comes back has an empty table, so a removal is soon pointless. */
const REMOVE_PATIENCE_MS = 5_000;
const READ_PATIENCE_MS = 10_000;
/** `/` lists the whole table; this is cleaned to `/` only after that is decided. */
const ROOT_ALONE = '//';
/** A table of 50,000 routes has some 15 MB. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** The REST API of configurable-http-proxy (reference hub-behaviour 3.3). */
export class ChpApi {
  readonly #agent: HttpAgent;

  constructor(
    readonly access: ChpAccess,
    maxRequests: number,
  ) {
    const options = { keepAlive: true, maxSockets: maxRequests };
    this.#agent = access.apiUrl.startsWith('https:') ? new HttpsAgent(options) : new HttpAgent(options);
  }

  async routes(): Promise<Map<string, Route>> {
    const { body } = await this.#call('GET', '/', READ_PATIENCE_MS);
    const table = JSON.parse(body) as Record<string, RouteData & { target: string; jupyterhub?: unknown }>;
    const routes = new Map<string, Route>();
    for (const [path, { target, jupyterhub, ...data }] of Object.entries(table)) {
      const spec = specOf(path);
      if (jupyterhub !== undefined) routes.set(spec, { spec, target, data });
    }
    return routes;
  }

  async has(spec: string): Promise<boolean> {
    return (await this.#call('GET', spec === '/' ? ROOT_ALONE : pathOf(spec), 0, [404])).status === 200;
  }

  async add({ spec, target, data }: Route): Promise<void> {
    await this.#call('POST', pathOf(spec), ADD_PATIENCE_MS, [], JSON.stringify({ ...data, target, jupyterhub: true }));
  }

  async remove(spec: string): Promise<void> {
    await this.#call('DELETE', pathOf(spec), REMOVE_PATIENCE_MS, [404]);
  }

  /** One try; resolves when the proxy answers and accepts the token. */
  async ping(): Promise<void> {
    await this.#call('GET', ROOT_ALONE, 0, [404]);
  }

  close(): void {
    this.#agent.destroy();
  }

  /** Tries until the proxy answers; what it answers for good (403, 400) is not tried again. */
  async #call(method: string, path: string, patienceMs: number, fine: number[] = [], body?: string): Promise<Answer> {
    const giveUpAt = Date.now() + patienceMs;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, MAX_PAUSE_MS)) {
      const { answer, error } = await this.#try(method, path, body);
      if (answer && (answer.status < 300 || fine.includes(answer.status))) return answer;
      if (answer && answer.status < 500) throw this.#refused(method, path, answer.status);
      if (Date.now() + pause > giveUpAt) throw this.#unreachable(method, path, answer?.status, error);
      await sleep(pause);
    }
  }

  async #try(method: string, path: string, body?: string): Promise<{ answer?: Answer; error?: unknown }> {
    try {
      return { answer: await this.#request(method, path, body) };
    } catch (error) {
      return { error };
    }
  }

  #request(method: string, path: string, body?: string): Promise<Answer> {
    const { apiUrl, token } = this.access;
    const send = apiUrl.startsWith('https:') ? httpsRequest : httpRequest;
    const headers = { Authorization: `token ${token}`, ...(body !== undefined && { 'Content-Length': Buffer.byteLength(body) }) };
    const options = { method, headers, agent: this.#agent, timeout: REQUEST_MS };
    return new Promise((resolve, reject) => {
      const request = send(`${apiUrl.replace(/\/$/, '')}/api/routes${path}`, options, (response) => {
        readBody(response).then((text) => resolve({ status: response.statusCode ?? 0, body: text }), reject);
      });
      request.on('error', reject);
      request.on('timeout', () => request.destroy(new Error(`it does not answer within ${REQUEST_MS / 1000} s`)));
      request.end(body);
    });
  }

  #refused(method: string, path: string, status: number): HubError {
    const what = `cannot ${method} the route ${path} at the proxy (${this.access.apiUrl}): because`;
    if (status === 403) return new UnavailableError(`${what} it refuses the token; see ConfigurableHTTPProxy.auth_token`);
    return new UnusableRouteError(`${what} it answers with status ${status}`);
  }

  #unreachable(method: string, path: string, status: number | undefined, cause: unknown): UnavailableError {
    const because = status === undefined ? messageOf(cause) : `it answers with status ${status}`;
    return new UnavailableError(`cannot ${method} the route ${path} at the proxy (${this.access.apiUrl}): because ${because}`, { cause });
  }
}

/** By events, which cost half of what an iterator does: each start and stop of a server asks the proxy. */
function readBody(response: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    response.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_BODY_BYTES) response.destroy(new UnavailableError('cannot read from the proxy: because its answer is too large'));
      else chunks.push(chunk);
    });
    response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    response.on('error', reject);
  });
}

/** The proxy resolves `.` and `..` in paths, so that such a spec would change another route. */
function pathOf(spec: string): string {
  const path = spec.length > 1 ? spec.replace(/\/$/, '') : spec;
  if (new URL(path, 'http://proxy').pathname === path) return path;
  throw new UnusableRouteError(`cannot use ${JSON.stringify(spec)} as a route: because it is no plain path`);
}

/** The proxy lists paths decoded and without a slash at the end. */
function specOf(path: string): string {
  const quoted = path.split('/').map(quoteName).join('/');
  return quoted.endsWith('/') ? quoted : `${quoted}/`;
}
