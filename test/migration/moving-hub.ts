import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort, isAlive, processesIn, root, until } from '../support/hub.js';

const PROGRAMS = {
  jupyterhub: ['/usr/bin/jupyterhub'],
  elara: [process.execPath, path.join(root, 'bin', 'elara')],
} as const;

export type Program = keyof typeof PROGRAMS;

export const ADMIN_TOKEN = 'migration-admin-token-0123456789';
export const READER_TOKEN = 'migration-reader-token-0123456789';
const PROXY_TOKEN = 'migration-proxy-token-0123456789';
const PROXY = path.join(root, 'node_modules', '.bin', 'configurable-http-proxy');
const START_MS = 60_000;
const STOP_MS = 30_000;

/** Whose the proxy is: the hub's, which starts it, or nobody's, so that it runs on whatever becomes of the hub. */
export type ProxyOwner = 'hub' | 'nobody';

/** One folder with a config, a database, a cookie secret and a proxy, on which either hub can be started. */
export class MovingHub {
  readonly dir = mkdtempSync(path.join(tmpdir(), 'elara-move-'));
  readonly database = path.join(this.dir, 'jupyterhub.sqlite');
  #process: ChildProcess | undefined;
  #proxy: ChildProcess | undefined;
  #ports = { public: 0, hub: 0, proxy: 0 };

  /** @param cmd of the servers */
  constructor(
    private readonly cmd: readonly string[],
    private readonly proxyOwner: ProxyOwner,
  ) {}

  get base(): string {
    return `http://127.0.0.1:${this.#ports.public}`;
  }

  get api(): string {
    return `${this.base}/hub/api`;
  }

  log(program: Program | 'command'): string {
    return readFileSync(path.join(this.dir, `${program}.log`), 'utf8');
  }

  /** Chooses ports, writes the config, and starts the proxy if no hub does. */
  async prepare(): Promise<this> {
    this.#ports = { public: await freePort(), hub: await freePort(), proxy: await freePort() };
    mkdirSync(path.join(this.dir, 'home'));
    writeFileSync(path.join(this.dir, 'jupyterhub_config.py'), this.#config());
    if (this.proxyOwner === 'nobody') this.#startProxy();
    return this;
  }

  #startProxy(): void {
    const args = ['--ip', '127.0.0.1', '--port', `${this.#ports.public}`, '--api-ip', '127.0.0.1', '--api-port', `${this.#ports.proxy}`];
    const backends = ['--default-target', `http://127.0.0.1:${this.#ports.hub}`, '--error-target', `http://127.0.0.1:${this.#ports.hub}/hub/error`];
    this.#proxy = this.#launch([PROXY, ...args, ...backends], 'proxy', { CONFIGPROXY_AUTH_TOKEN: PROXY_TOKEN });
  }

  /** Starts a hub on what is there. */
  async start(program: Program): Promise<void> {
    const before = existsSync(path.join(this.dir, `${program}.log`)) ? this.log(program).length : 0;
    this.#process = this.#launch(PROGRAMS[program], program);
    const ready = async () => {
      if (this.#process!.exitCode !== null) throw new Error(`${program} ended with status ${this.#process!.exitCode}:\n${this.log(program).slice(-4000)}`);
      const answers = await fetch(`${this.base}/hub/health`).then((answer) => answer.ok).catch(() => false);
      return answers && this.log(program).slice(before).includes('is now running');
    };
    await until(`${program} runs`, ready, START_MS);
  }

  /** Ends the hub; proxy and servers stay. */
  async stop(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process!;
    child.kill(signal);
    await until('the hub has ended', () => child.exitCode !== null || child.signalCode !== null, STOP_MS);
  }

  /** Runs a command of Elara's on the config. @returns what it printed */
  async elara(...args: string[]): Promise<string> {
    const child = this.#launch([...PROGRAMS.elara, ...args], 'command');
    await until(`elara ${args.join(' ')} ends`, () => child.exitCode !== null, STOP_MS);
    const printed = this.log('command');
    if (child.exitCode !== 0) throw new Error(`elara ${args.join(' ')} ended with status ${child.exitCode}: ${printed}`);
    return printed;
  }

  request(method: string, address: string, { token, body, headers }: { token?: string; body?: unknown; headers?: Record<string, string> } = {}): Promise<Response> {
    const own = { ...(token && { Authorization: `token ${token}` }), ...headers };
    return fetch(`${address.startsWith('http') ? '' : this.api}${address}`, { method, headers: own, body: body === undefined ? undefined : JSON.stringify(body), redirect: 'manual' });
  }

  /** Ends everything that runs in the folder, and removes it. */
  async dispose(): Promise<void> {
    const children = [this.#process, this.#proxy].flatMap((child) => (child?.pid ? [child.pid] : []));
    for (const pid of [...children, ...processesIn(this.dir)]) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
    await until('all have ended', () => processesIn(this.dir).filter(isAlive).length === 0, STOP_MS);
    rmSync(this.dir, { recursive: true, force: true });
  }

  #launch(command: readonly string[], name: string, env: NodeJS.ProcessEnv = {}): ChildProcess {
    const log = openSync(path.join(this.dir, `${name}.log`), 'a');
    const [file, ...args] = command as [string, ...string[]];
    const child = spawn(file, args, { cwd: this.dir, detached: true, stdio: ['ignore', log, log], env: { ...process.env, ...env } });
    closeSync(log);
    return child;
  }

  /** As an operator of JupyterHub 3 has it, with what keeps servers up over a stop. */
  #config(): string {
    return `
c = get_config()
c.JupyterHub.bind_url = "http://127.0.0.1:${this.#ports.public}"
c.JupyterHub.hub_port = ${this.#ports.hub}
c.JupyterHub.cleanup_servers = False
c.JupyterHub.cleanup_proxy = False
c.JupyterHub.authenticator_class = "dummy"
c.JupyterHub.spawner_class = "simple"
c.JupyterHub.allow_named_servers = True
c.JupyterHub.services = [
    {"name": "admin-script", "api_token": "${ADMIN_TOKEN}", "admin": True},
    {"name": "reader", "api_token": "${READER_TOKEN}", "url": "http://127.0.0.1:9", "oauth_no_confirm": True},
]
c.JupyterHub.load_groups = {"red": ["ada", "bob"]}
c.JupyterHub.load_roles = [
    {"name": "reading", "description": "Reads about the red", "scopes": ["read:users!group=red", "list:users!group=red", "read:services"], "services": ["reader"], "groups": ["red"]},
]
c.Authenticator.admin_users = {"ada"}
c.Authenticator.allow_all = True
c.DummyAuthenticator.password = "secret"
c.Spawner.cmd = ${JSON.stringify(this.cmd)}
c.Spawner.args = ["--allow-root"]
c.Spawner.http_timeout = 60
c.SimpleLocalProcessSpawner.home_dir_template = "${this.dir}/home/{username}"
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:${this.#ports.proxy}"
${this.#proxyConfig()}
`;
  }

  #proxyConfig(): string {
    if (this.proxyOwner === 'hub') return `c.ConfigurableHTTPProxy.command = ["${PROXY}"]`;
    return `c.ConfigurableHTTPProxy.should_start = False\nc.ConfigurableHTTPProxy.auth_token = "${PROXY_TOKEN}"`;
  }
}
