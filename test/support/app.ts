import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadConfig } from '../../apps/hub/src/config/load-config.js';
import type { HubConfig } from '../../apps/hub/src/config/schema.js';
import { Population } from '../../apps/hub/src/lifecycle/population.js';
import { HubLogger } from '../../apps/hub/src/logging.js';
import { closeFoundation, createHub, type HubApp, layFoundation } from '../../apps/hub/src/main.js';

type Traits = Record<string, Record<string, unknown>>;

export const ADMIN_TOKEN = 'api-test-admin-token-0123456789';

const DEFAULTS: Traits = {
  JupyterHub: {
    db_url: 'sqlite://',
    authenticator_class: 'dummy',
    spawner_class: 'simple',
    allow_named_servers: true,
    services: [{ name: 'admin-service', api_token: ADMIN_TOKEN, admin: true }],
  },
  DummyAuthenticator: { password: 'secret' },
};

const CONFIG = 'elara.json';

function writeConfig(dir: string, traits: Traits): void {
  const merged: Traits = { ...DEFAULTS, ...traits };
  for (const name of Object.keys(DEFAULTS)) merged[name] = { ...DEFAULTS[name], ...traits[name] };
  merged.JupyterHub = { cookie_secret_file: path.join(dir, 'cookie_secret'), ...merged.JupyterHub };
  merged.Elara = { log_dir: path.join(dir, 'logs'), ...merged.Elara };
  writeFileSync(path.join(dir, CONFIG), JSON.stringify(merged));
}

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | number | undefined>;
  text: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into answers of every shape
  json: any;
}

export interface Request {
  method?: string;
  path: string;
  token?: string;
  body?: unknown;
  raw?: string;
  headers?: Record<string, string>;
}

/** The hub in this process, on an in-memory database, without a port, a proxy or a server. */
export class TestApp {
  private constructor(
    readonly hub: HubApp,
    readonly dir: string,
  ) {}

  /**
   * @param traits laid over a small default config, class by class
   * @param withCode puts in what JSON cannot say: functions and classes
   */
  static async create(traits: Traits = {}, withCode: (config: HubConfig) => void = () => {}): Promise<TestApp> {
    const dir = mkdtempSync(path.join(tmpdir(), 'elara-api-'));
    const reread = () => loadConfig({ file: path.join(dir, CONFIG) });
    writeConfig(dir, traits);
    const { config } = await reread();
    withCode(config);
    const hub = await createHub(await layFoundation(config, reread), new HubLogger('CRITICAL'));
    await hub.app.get(Population).load();
    return new TestApp(hub, dir);
  }

  /** Puts another config, laid over the same defaults, in the place of the one the hub was made with. */
  rewriteConfig(traits: Traits): void {
    writeConfig(this.dir, traits);
  }

  async request({ method = 'GET', path: url, token, body, raw, headers = {} }: Request): Promise<Answer> {
    const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const answer = await this.hub.app.inject({
      method: method as 'GET',
      url,
      headers: { ...(token && { authorization: `token ${token}` }), ...(raw === undefined && payload && { 'content-type': 'application/json' }), ...headers },
      ...(payload !== undefined && { payload }),
    });
    const { statusCode: status, body: text } = answer;
    return { status, headers: answer.headers, text, json: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : undefined };
  }

  /** Asks as the admin service. */
  admin(method: string, apiPath: string, body?: unknown): Promise<Answer> {
    return this.request({ method, path: `/hub/api${apiPath}`, token: ADMIN_TOKEN, body });
  }

  /** Logs in through the form; the answer is the Cookie header of the session and its XSRF token. */
  async logIn(username: string, password = 'secret'): Promise<{ cookie: string; xsrf: string }> {
    const page = await this.request({ path: '/hub/login' });
    const anonymous = cookiesOf(page);
    const form = new URLSearchParams({ username, password, _xsrf: anonymous.get('_xsrf')! });
    const answer = await this.request({
      method: 'POST',
      path: '/hub/login',
      raw: form.toString(),
      headers: { cookie: headerOf(anonymous), 'content-type': 'application/x-www-form-urlencoded' },
    });
    if (answer.status !== 302) throw new Error(`logging in as ${username} answered ${answer.status}`);
    const jar = cookiesOf(answer);
    return { cookie: headerOf(jar), xsrf: jar.get('_xsrf')! };
  }

  async close(): Promise<void> {
    await this.hub.app.close();
    await closeFoundation(this.hub.foundation);
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** The cookies an answer sets, by name. */
export function cookiesOf({ headers }: Answer): Map<string, string> {
  const lines = [headers['set-cookie'] ?? []].flat() as string[];
  return new Map(lines.map((line) => {
    const pair = line.split(';')[0]!;
    const eq = pair.indexOf('=');
    return [pair.slice(0, eq), pair.slice(eq + 1)];
  }));
}

const headerOf = (jar: Map<string, string>): string => [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
