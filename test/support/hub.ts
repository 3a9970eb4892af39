import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

const START_MS = 30_000;
const STOP_MS = 30_000;

/** A port of loopback that nobody listens on at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}

/** Asks again until the answer is there. */
export async function until<T>(what: string, ask: () => Promise<T | undefined | false> | T | undefined | false, timeoutMs = 20_000): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`waited ${timeoutMs} ms in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export const isAlive = (pid: number): boolean => {
  try {
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

type Traits = Record<string, Record<string, unknown>>;

/** A built hub in a folder of its own, with the real proxy. */
export class TestHub {
  readonly dir = mkdtempSync(path.join(tmpdir(), 'elara-e2e-'));
  port = 0;
  hubPort = 0;
  proxyPort = 0;
  process?: ChildProcess;
  readonly #traits: Traits;
  readonly #as: readonly string[];

  /** @param as what to put before the command, to run it as another account */
  constructor(traits: Traits = {}, { as = [] }: { as?: readonly string[] } = {}) {
    this.#traits = traits;
    this.#as = as;
  }

  get base(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get api(): string {
    return `${this.base}/hub/api`;
  }

  get configFile(): string {
    return path.join(this.dir, 'elara.json');
  }

  get log(): string {
    return existsSync(path.join(this.dir, 'hub.log')) ? readFileSync(path.join(this.dir, 'hub.log'), 'utf8') : '';
  }

  /** The pid of the proxy, as its pid file says. */
  get proxyPid(): number {
    return Number(readFileSync(path.join(this.dir, 'jupyterhub-proxy.pid'), 'utf8'));
  }

  async start(env: NodeJS.ProcessEnv = {}): Promise<this> {
    await this.configure();
    this.spawn([], env);
    try {
      await until('the hub answers', () => this.#answers(), START_MS);
    } catch (error) {
      // whoever called may have nothing to dispose of yet
      await this.dispose();
      throw error;
    }
    return this;
  }

  #answers(): Promise<boolean> {
    if (this.process?.exitCode !== null) throw new Error(`the hub ended with status ${this.process?.exitCode}:\n${this.log.slice(-4000)}`);
    return fetch(`${this.base}/hub/health`).then((answer) => answer.ok).catch(() => false);
  }

  /** Starts the hub's process without waiting for anything. */
  spawn(args: string[] = [], env: NodeJS.ProcessEnv = {}): ChildProcess {
    const log = path.join(this.dir, 'hub.log');
    const command = [process.execPath, path.join(root, 'bin', 'elara'), '-f', this.configFile, ...args];
    const [file, ...rest] = [...this.#as, '/bin/sh', '-c', 'exec "$@" >>"$0" 2>&1', log, ...command];
    this.process = spawn(file!, rest, { cwd: this.dir, env: { ...process.env, ...env }, stdio: 'ignore', detached: true });
    return this.process;
  }

  /** Starts a hub that is expected to end by itself; what it wrote is in `log`. */
  async startInVain(): Promise<number | null> {
    await this.configure();
    const child = this.spawn();
    await until('the hub gives up', () => child.exitCode !== null || child.signalCode !== null, START_MS);
    return child.exitCode;
  }

  /** Ends the hub's process alone and waits until it is gone. */
  async kill(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const child = this.process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const gone = new Promise<number | null>((resolve) => child.once('exit', resolve));
    child.kill(signal);
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    const code = await gone;
    clearTimeout(timer);
    return code;
  }

  /** Ends everything: the hub, its servers and its proxy, and removes the folder. */
  async dispose(token?: string): Promise<void> {
    if (token && this.process?.exitCode === null) {
      await this.request('POST', '/shutdown', { token, body: { proxy: true, servers: true } }).catch(() => undefined);
      await until('the hub has gone', () => this.process?.exitCode !== null || this.process.signalCode !== null, STOP_MS).catch(() => undefined);
    }
    await this.kill();
    for (const pid of this.#leftovers()) process.kill(pid, 'SIGKILL');
    rmSync(this.dir, { recursive: true, force: true });
  }

  async request(method: string, apiPath: string, { token, body, headers = {} }: { token?: string; body?: unknown; headers?: Record<string, string> } = {}) {
    return fetch(`${this.api}${apiPath}`, {
      method,
      headers: { ...(token && { Authorization: `token ${token}` }), ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
      redirect: 'manual',
    });
  }

  /** Sets a trait that needs to know where the hub is; before the first start. */
  set(className: string, trait: string, value: unknown): this {
    this.#traits[className] = { ...this.#traits[className], [trait]: value };
    return this;
  }

  /** Chooses ports and writes the config, once; a start does it by itself. */
  async configure(): Promise<this> {
    if (this.port) return this;
    [this.port, this.hubPort, this.proxyPort] = [await freePort(), await freePort(), await freePort()];
    return this.writeConfig();
  }

  /** Writes what `set` has changed. */
  writeConfig(): this {
    const defaults: Traits = {
      JupyterHub: {
        bind_url: `http://127.0.0.1:${this.port}`,
        hub_port: this.hubPort,
        authenticator_class: 'dummy',
        spawner_class: 'simple',
      },
      DummyAuthenticator: { password: 'secret' },
      SimpleLocalProcessSpawner: { home_dir_template: `${this.dir}/home/{username}` },
      ConfigurableHTTPProxy: { api_url: `http://127.0.0.1:${this.proxyPort}` },
    };
    const merged = { ...defaults, ...this.#traits };
    for (const name of Object.keys(defaults)) merged[name] = { ...defaults[name], ...this.#traits[name] };
    writeFileSync(this.configFile, JSON.stringify(merged));
    return this;
  }

  /** Processes whose working folder or command line lies in this hub's folder. */
  #leftovers(): number[] {
    const pidFile = path.join(this.dir, 'jupyterhub-proxy.pid');
    const proxy = existsSync(pidFile) ? [this.proxyPid] : [];
    return [...proxy, ...processesIn(this.dir)].filter((pid) => isAlive(pid) && pid !== process.pid);
  }
}

/** Pids of processes with a working directory below a folder. */
export function processesIn(folder: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0)
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`).startsWith(folder);
      } catch {
        // gone, or not ours to look at
        return false;
      }
    });
}
