import { Inject, Injectable, Logger } from '@nestjs/common';
import { applyChanges, type ConfigChange, configChanges } from '../config/config-changes.js';
import { HUB_CONFIG, REREAD_CONFIG, type RereadConfig } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import { HubError, InvalidInputError, messageOf, UnavailableError } from '../errors.js';
import { HubLogger } from '../logging.js';
import { ProxyService } from '../proxy/proxy.service.js';
import { ServicesService } from '../services/services.service.js';
import { type ServiceChanges, ServiceSupervisor } from '../services/supervisor.js';
import { MembersLoader } from './members-loader.js';
import { Population } from './population.js';
import type { ReloadReport } from './reload.schema.js';
import { RoleLoader } from './role-loader.js';

const log = new Logger('reload');

/** Which parts of the hub a trait concerns beyond those that look it up with every use. */
const MEMBERS = new Set(['load_groups', 'load_roles', 'services', 'admin_users', 'allowed_users', 'blocked_users']);

/** Takes over a config that was changed while the hub runs. What did not change is not touched; a bad config changes nothing. */
@Injectable()
export class Reload {
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    @Inject(REREAD_CONFIG) private readonly reread: RereadConfig,
    private readonly roles: RoleLoader,
    private readonly members: MembersLoader,
    private readonly population: Population,
    private readonly services: ServicesService,
    private readonly supervisor: ServiceSupervisor,
    private readonly proxy: ProxyService,
  ) {}

  /**
   * One at a time; those that ask meanwhile wait for their own.
   * @throws InvalidInputError when the new config is wrong, and nothing has happened; UnavailableError when it could not be carried out to the end
   */
  run(): Promise<ReloadReport> {
    const report = this.#last.catch(() => undefined).then(() => this.#reload());
    this.#last = report;
    return report;
  }

  async #reload(): Promise<ReloadReport> {
    const changes = configChanges(this.config, await this.#read());
    const live = changes.filter((change) => change.live);
    const undo = applyChanges(this.config, live);
    try {
      await this.#carryOut(live);
    } catch (error) {
      undo();
      throw new UnavailableError(`cannot carry out the new config to the end, reload it again: because ${messageOf(error)}`, { cause: error });
    }
    return told(changes);
  }

  async #read(): Promise<HubConfig> {
    try {
      const { config } = await this.reread();
      this.members.check(config);
      this.services.check(config.JupyterHub.services);
      this.roles.check(config);
      return config;
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
      throw new InvalidInputError(`cannot reload the config, nothing has changed: because ${error.message}`, { cause: error });
    }
  }

  async #carryOut(changes: readonly ConfigChange[]): Promise<void> {
    const traits = new Set(changes.map(({ trait }) => trait));
    if (traits.has('log_level')) Logger.overrideLogger(new HubLogger(this.config.JupyterHub.log_level));
    const installed = traits.has('services') ? await this.#installServices() : undefined;
    if ([...traits].some((trait) => MEMBERS.has(trait))) await this.population.loadMembers();
    // now that they have their roles, as at a start of the hub
    if (installed) await this.#startServices(installed);
  }

  async #installServices(): Promise<ServiceChanges> {
    const plan = this.services.plan();
    // while it stops, a service may still use its token
    await this.supervisor.apply({ added: [], changed: [], removed: plan.removed });
    return { ...(await this.services.reload(plan)), removed: [] };
  }

  async #startServices(installed: ServiceChanges): Promise<void> {
    await this.supervisor.apply(installed);
    await this.proxy.check().catch((error: unknown) => log.warn(`cannot set the routes of services yet: because ${messageOf(error)}`));
  }
}

function told(changes: readonly ConfigChange[]): ReloadReport {
  const own = changes.filter(({ inherited, quiet }) => !inherited && !quiet).map(({ text, live }) => ({ text, applied: live }));
  if (own.length === 0) log.log('The config has not changed');
  for (const { text, applied } of own) {
    if (applied) log.log(`Applied ${text}`);
    else log.warn(`Not applied, it takes a restart of the hub: ${text}`);
  }
  return { changes: own };
}
