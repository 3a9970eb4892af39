// The two hubs that are measured, each in a folder of its own with the same configuration, pinned to one core.
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root, SetupError } from '../project.mjs';

export const TOKEN = 'bench-token-0123456789abcdef';
const HUB_CORE = '0';
/** What the hub starts would otherwise inherit its core, and be measured with it. */
const ELSEWHERE = ['taskset', '-c', '1'];
const CLOCK_TICKS = 100;
const START_MS = 60_000;

const MOCK = path.join(root, 'test', 'conformance', 'mock-singleuser.mjs');
const PROXY = path.join(root, 'node_modules', '.bin', 'configurable-http-proxy');

/** Measures one hub that runs only for that. */
async function runHub(hub, measure, wish) {
  const running = new BenchHub(hub, wish);
  try {
    await running.start();
    return await measure(running);
  } finally {
    await running.stop();
  }
}

const hub = (name, program) => ({
  name,
  command: (config) => [...program, '-f', config],
  run(measure, wish) {
    return runHub(this, measure, wish);
  },
});

export const ELARA = hub('elara', [process.execPath, path.join(root, 'bin', 'elara')]);
export const HUBS = [ELARA, hub('jupyterhub', ['/usr/bin/jupyterhub'])];

export function requireTools() {
  const needed = { jupyterhub: '/usr/bin/jupyterhub', wrk: '/usr/bin/wrk', 'util-linux': '/usr/bin/taskset' };
  const missing = Object.keys(needed).filter((name) => !existsSync(needed[name]));
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0) throw new SetupError(`cannot measure: because these packages are missing: sudo apt-get install ${missing.join(' ')}`);
  spawnSync('apt-get', ['update', '-qq'], { stdio: 'inherit' });
  const { status } = spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], { stdio: 'inherit' });
  if (status !== 0) throw new SetupError(`cannot measure: because apt-get could not install ${missing.join(' ')}`);
}

/** One run of one hub. */
export class BenchHub {
  /** @param wish `cmd` of the servers, further `services`, further lines of `config` */
  constructor({ name, command }, { cmd = [process.execPath, MOCK], services = [], config = '' } = {}) {
    this.name = name;
    this.command = command;
    this.cmd = cmd;
    this.further = config;
    this.services = [{ name: 'bench', api_token: TOKEN, admin: true }, ...services];
    this.dir = mkdtempSync(path.join(tmpdir(), `bench-${name}-`));
  }

  /** Starts the hub; resolves with the ms from process start until its API answers. */
  async start() {
    [this.port, this.hubPort, this.proxyPort] = [await freePort(), await freePort(), await freePort()];
    this.api = `http://127.0.0.1:${this.hubPort}/hub/api`;
    writeFileSync(this.config, this.#config());
    const started = this.#launch();
    const listening = await this.#answers(`${this.api}/`, started);
    await this.#answers(`http://127.0.0.1:${this.port}/hub/health`, started);
    return listening;
  }

  /** Ends the hub alone and starts it again; resolves with the ms until its API answers, and until it has looked at all servers. */
  async restart() {
    const gone = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill('SIGTERM');
    await gone;
    const lines = () => readFileSync(this.log, 'utf8').split('is now running').length;
    const before = lines();
    const started = this.#launch();
    const listening = await this.#answers(`${this.api}/`, started);
    while (lines() === before) await new Promise((resolve) => setTimeout(resolve, 5));
    return { listening, checked: performance.now() - started };
  }

  /** Waits until all active servers, as the API shows them, are as they should be. */
  async untilServers(areRight) {
    for (;;) {
      const answer = await fetch(`${this.api}/users?limit=200&state=active`, { headers: { Authorization: `token ${TOKEN}` } });
      const users = await answer.json();
      if (areRight(users.flatMap(({ servers }) => Object.values(servers)))) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  get config() {
    return path.join(this.dir, 'jupyterhub_config.py');
  }

  get log() {
    return path.join(this.dir, 'hub.log');
  }

  #launch() {
    const log = openSync(this.log, 'a');
    const started = performance.now();
    const [program, ...args] = ['taskset', '-c', HUB_CORE, ...this.command(this.config)];
    this.process = spawn(program, args, { cwd: this.dir, stdio: ['ignore', log, log], detached: true, env: { ...process.env, MOCK_RUN_DIR: this.dir } });
    closeSync(log);
    return started;
  }

  async request(method, apiPath, body) {
    const answer = await fetch(`${this.api}${apiPath}`, { method, headers: { Authorization: `token ${TOKEN}` }, body: body && JSON.stringify(body) });
    await answer.arrayBuffer();
    return answer.status;
  }

  /** CPU that the hub's own process has used, in ms. */
  cpuMs() {
    const fields = readFileSync(`/proc/${this.process.pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return ((Number(fields[11]) + Number(fields[12])) * 1000) / CLOCK_TICKS;
  }

  /** Resident memory of the hub's process, in MB. */
  rssMb() {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.process.pid}/status`, 'utf8'))[1]) / 1024;
  }

  async stop() {
    await this.request('POST', '/shutdown', { proxy: true, servers: true }).catch(() => undefined);
    const gone = new Promise((resolve) => this.process.once('exit', resolve));
    const timer = setTimeout(() => process.kill(-this.process.pid, 'SIGKILL'), 15_000);
    if (this.process.exitCode === null && this.process.signalCode === null) await gone;
    clearTimeout(timer);
    rmSync(this.dir, { recursive: true, force: true });
  }

  async #answers(url, started) {
    for (;;) {
      if (await fetch(url).then((answer) => answer.ok, () => false)) return performance.now() - started;
      if (this.process.exitCode !== null || performance.now() - started > START_MS) {
        throw new SetupError(`${this.name} did not come up:\n${readFileSync(this.log, 'utf8').slice(-3000)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  #config() {
    return `
c = get_config()
c.JupyterHub.bind_url = "http://127.0.0.1:${this.port}"
c.JupyterHub.hub_port = ${this.hubPort}
c.JupyterHub.db_url = "sqlite:///${this.dir}/hub.sqlite"
c.JupyterHub.cookie_secret_file = "${this.dir}/cookie_secret"
c.JupyterHub.authenticator_class = "dummy"
c.JupyterHub.spawner_class = "simple"
c.Authenticator.admin_users = {"admin"}
c.JupyterHub.concurrent_spawn_limit = 0
c.JupyterHub.services = ${JSON.stringify(this.services).replaceAll(':true', ':True')}
c.Spawner.cmd = ${JSON.stringify([...ELSEWHERE, ...this.cmd])}
c.Spawner.environment = {"MOCK_RUN_DIR": "${this.dir}"}
c.SimpleLocalProcessSpawner.home_dir_template = "${this.dir}/home/{username}"
c.ConfigurableHTTPProxy.command = ${JSON.stringify([...ELSEWHERE, PROXY])}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:${this.proxyPort}"
c.ConfigurableHTTPProxy.pid_file = "${this.dir}/proxy.pid"
${this.further}
`;
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
