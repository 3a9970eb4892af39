import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { Logger } from '@nestjs/common';
import { adoptChild, type Child, DEFAULT_RESTART_POLICY, describeExit, type Ending, ManagedProcess, requireHealthy, spawnChild, stopChild, tailLog, waitForTcp } from '#process';
import type { HubConfig } from '../../config/schema.js';
import type { HubUrls } from '../../config/urls.js';
import { HubError, messageOf, StartupError, UnavailableError } from '../../errors.js';
import { ChpApi } from './chp-api.js';
import { apiAddress, chpArguments, chpEnvironment, chpProgram, chpVersion } from './chp-command.js';
import { ChpFiles } from './chp-files.js';
import { endLeftOver, findSurvivor, type Listening, requireFree, STOP_STEPS } from './chp-takeover.js';
import type { ProxyDriver, Route } from './proxy-driver.js';

const READY_MS = 15_000;
const LOG_LINES = 5;
/** A proxy is ended only when it surely hangs: with it go all open connections. */
const LIVENESS = { initialDelaySeconds: 2, periodSeconds: 2, timeoutSeconds: 5, failureThreshold: 3, successThreshold: 1 };

const log = new Logger('proxy');

/** configurable-http-proxy, started and watched by the hub, or found running by itself (reference hub-behaviour, section 3). */
export class ConfigurableHttpProxy implements ProxyDriver {
  onReset: () => void = () => undefined;
  #api: ChpApi;
  #process?: ManagedProcess;
  #command: string[] = [];
  /** That of the config; '' when the hub makes one. */
  readonly #configured: string;
  readonly #files: ChpFiles;
  readonly #logFile: string;

  constructor(
    private readonly config: Pick<HubConfig, 'JupyterHub' | 'ConfigurableHTTPProxy' | 'Elara'>,
    private readonly urls: HubUrls,
  ) {
    const { auth_token, api_url, concurrency, pid_file } = config.ConfigurableHTTPProxy;
    this.#configured = auth_token || (process.env.CONFIGPROXY_AUTH_TOKEN ?? '');
    this.#api = new ChpApi({ apiUrl: api_url, token: this.#configured || randomBytes(32).toString('hex') }, concurrency);
    this.#files = new ChpFiles(resolve(pid_file));
    this.#logFile = join(resolve(config.Elara.log_dir), 'proxy.log');
  }

  async start(signal: AbortSignal): Promise<void> {
    if (!this.config.ConfigurableHTTPProxy.should_start) return this.#findExternal();
    this.#command = [...chpProgram(this.config.ConfigurableHTTPProxy.command), ...chpArguments(this.config, this.urls)];
    const managed = (this.#process = new ManagedProcess({
      spawn: (aborted) => this.#spawn(aborted),
      ready: (child, aborted) => this.#ready(child, aborted),
      watch: (_, aborted) => this.#alive(aborted),
      policy: { ...DEFAULT_RESTART_POLICY, startTimeoutMs: READY_MS },
      stopSteps: STOP_STEPS,
    }));
    await this.#started(managed, signal);
    managed.on('ended', (ending, restartMs) => log.error(`Proxy stopped: ${reasonOf(ending)}; next start in ${Math.round(restartMs ?? 0)} ms`));
    managed.on('state', (state) => {
      if (state === 'running') this.onReset();
    });
  }

  async stop(): Promise<void> {
    if (this.#process) {
      await this.#process.stop();
      await this.#files.remove();
    }
    this.#api.close();
  }

  get version(): string | undefined {
    const { should_start, command } = this.config.ConfigurableHTTPProxy;
    return should_start ? chpVersion(command) : undefined;
  }

  routes(): Promise<Map<string, Route>> {
    return this.#api.routes();
  }

  has(spec: string): Promise<boolean> {
    return this.#api.has(spec);
  }

  add(route: Route): Promise<void> {
    return this.#api.add(route);
  }

  remove(spec: string): Promise<void> {
    return this.#api.remove(spec);
  }

  connect({ apiUrl, token }: { apiUrl?: string; token?: string }): void {
    const { access } = this.#api;
    this.#useApi({ apiUrl: apiUrl ?? access.apiUrl, token: token ?? access.token });
  }

  #useApi(access: ChpApi['access']): void {
    this.#api.close();
    this.#api = new ChpApi(access, this.config.ConfigurableHTTPProxy.concurrency);
  }

  async #findExternal(): Promise<void> {
    if (!this.#configured) {
      throw new StartupError(
        'cannot use a proxy that runs by itself (Proxy.should_start: false): because its token is not known; ' +
          'set ConfigurableHTTPProxy.auth_token, or CONFIGPROXY_AUTH_TOKEN in the environment',
      );
    }
    await this.#api.routes();
  }

  /** Resolves when it runs; the first start that fails ends the wait, for it would fail again. */
  async #started(managed: ManagedProcess, signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    try {
      await new Promise<void>((done, reject) => {
        managed.on('state', (state) => state === 'running' && done());
        managed.on('ended', (ending) => void this.#startFailure(ending).then(reject));
        signal.addEventListener('abort', () => reject(signal.reason as Error), { signal: over.signal });
        managed.start();
      });
    } catch (error) {
      managed.removeAllListeners();
      await managed.stop();
      throw error;
    } finally {
      over.abort();
    }
    managed.removeAllListeners();
  }

  async #startFailure(ending: Ending): Promise<Error> {
    if (ending.error instanceof HubError) return ending.error;
    const lines = await tailLog(this.#logFile, LOG_LINES);
    const wrote = lines.length > 0 ? `\nThe last lines of ${this.#logFile}:\n${lines.join('\n')}` : '';
    return new UnavailableError(`cannot start the proxy: because ${reasonOf(ending)}${wrote}`, { cause: ending.error });
  }

  async #spawn(signal: AbortSignal): Promise<Child> {
    const { apiUrl } = this.#api.access;
    const survivor = await findSurvivor(this.#files, this.#command, apiUrl, this.#configured);
    if (survivor) {
      log.log(`Using the proxy that is running already, pid ${survivor.process.pid}`);
      this.#useApi({ apiUrl, token: survivor.token });
      return adoptChild(survivor.process);
    }
    await endLeftOver(this.#files, [this.#public, this.#private]);
    await requireFree(this.#public, 'public');
    await requireFree(this.#private, 'API');
    return this.#launch(signal);
  }

  async #launch(signal: AbortSignal): Promise<Child> {
    const { token } = this.#api.access;
    log.log(`Starting proxy @ ${this.urls.localUrl}`);
    const child = await spawnChild({ command: this.#command, env: chpEnvironment(token), logPath: this.#logFile, signal });
    try {
      await this.#files.write({ process: child.identity, token, command: this.#command });
    } catch (error) {
      await stopChild(child, STOP_STEPS);
      throw new UnavailableError(`cannot start the proxy: because its pid file cannot be written: ${messageOf(error)}`, { cause: error });
    }
    return child;
  }

  async #ready(child: Child, signal: AbortSignal): Promise<void> {
    const options = { timeoutMs: READY_MS, signal, unless: child.exited, intervalMs: 50 };
    await waitForTcp(this.#private.ip, this.#private.port, options);
    await waitForTcp(this.#public.ip, this.#public.port, options);
    await this.#api.ping();
  }

  /** Rejects when it hangs. Asked is the proxy that we started, wherever the routes go since. */
  #alive(signal: AbortSignal): Promise<never> {
    const api = this.#api;
    return requireHealthy(() => api.ping(), LIVENESS, { signal });
  }

  get #public(): Listening {
    return { ip: this.urls.publicIp, port: this.urls.publicPort };
  }

  get #private(): Listening {
    return apiAddress(this.#api.access.apiUrl);
  }
}

const reasonOf = ({ exit, error }: Ending): string => (error ? messageOf(error) : `it ended with ${exit ? describeExit(exit) : 'an unknown status'}`);
