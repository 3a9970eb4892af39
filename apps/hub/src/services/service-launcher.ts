import { join } from 'node:path';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { type Account, accountOf, type Child, logPath, rotateLog, type SpawnOptions, spawnChild } from '#process';
import { HUB_CONFIG, HUB_URLS } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import { type HubUrls, localApiUrl } from '../config/urls.js';
import { messageOf, UnavailableError } from '../errors.js';
import { ResourceGroups } from '../spawners/resource-groups.js';
import type { Service } from './service.js';
import { serviceEnvironment } from './service-env.js';
import { ServiceProcesses } from './service-processes.js';

const log = new Logger('services');

/** Starts the process of a managed service, with its environment, account and log. */
@Injectable()
export class ServiceLauncher {
  readonly #groups = new ResourceGroups();

  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    @Inject(HUB_URLS) private readonly urls: HubUrls,
    private readonly processes: ServiceProcesses,
  ) {}

  /** @throws ProcessError, UnavailableError when it cannot be started */
  async launch(service: Service, signal: AbortSignal): Promise<Child> {
    const { name, command, limits } = service;
    log.log(`Starting service '${name}': ${JSON.stringify(command)}`);
    const surroundings = await this.surroundings(service);
    this.rotate(service);
    this.processes.note(name, null);
    try {
      const group = await this.#groups.groupFor(`service ${name}`, limits);
      const child = await spawnChild({ command, ...surroundings, logPath: this.logFile(service), ...(group && { group }), signal });
      this.processes.note(name, child.identity);
      void child.exited.then(() => this.processes.forget(name));
      return child;
    } catch (error) {
      this.processes.forget(name);
      throw error;
    }
  }

  /**
   * Where, as whom and with which variables its programs run.
   * @throws UnavailableError when there is no such account
   */
  async surroundings(service: Service): Promise<Pick<SpawnOptions, 'cwd' | 'env' | 'account'>> {
    const account = service.user ? await requireAccount(service.user) : undefined;
    return { env: this.#environment(service, account), ...(service.cwd && { cwd: service.cwd }), ...(account && { account }) };
  }

  /** Ends what the run of a service that is over left behind. */
  endRest({ name }: Service): Promise<void> {
    return this.processes.endRest(name, this.#apiUrl());
  }

  /** Ends the processes that an earlier hub left behind. */
  endLeftOvers(): Promise<void> {
    return this.processes.endLeftOvers(this.#apiUrl());
  }

  logFile({ name }: Service): string {
    return logPath(join(this.config.Elara.log_dir, 'services'), name);
  }

  /** A log that cannot be rotated keeps no service from running. */
  rotate(service: Service): void {
    const { log_max_bytes: maxBytes, log_keep: keep } = this.config.Elara;
    try {
      rotateLog(this.logFile(service), { maxBytes, keep });
    } catch (error) {
      log.error(`cannot rotate the log of service ${service.name}: ${messageOf(error)}`);
    }
  }

  #environment(service: Service, account: Account | undefined) {
    const token = service.token ?? '';
    return serviceEnvironment({ service, token, urls: this.urls, apiUrl: this.#apiUrl(), ...(account && { account }), hubEnv: process.env });
  }

  #apiUrl = () => localApiUrl(this.urls, this.config.JupyterHub);
}

async function requireAccount(name: string): Promise<Account> {
  const account = await accountOf(name);
  if (!account) throw new UnavailableError(`cannot run a service as ${name}: because this machine has no such account`);
  return account;
}
