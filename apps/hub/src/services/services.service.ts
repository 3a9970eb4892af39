import { Inject, Injectable, Logger } from '@nestjs/common';
import type { ScopeDefinitions } from '#scopes';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import type { ServiceRow } from '../database/tables.js';
import { fromDbBoolean } from '../database/values.js';
import { ConflictError, HubError, InvalidInputError, messageOf, NotFoundError, NotModifiableError, StartupError } from '../errors.js';
import type { Caller } from '../identity/caller.js';
import { IdentityCache } from '../identity/identity-cache.js';
import { RolesRepository } from '../identity/roles.repository.js';
import { SCOPE_DEFINITIONS } from '../identity/scope-definitions.js';
import { News } from '../news/news.js';
import { requireHeld, requireKnown } from './service-grants.js';
import { ServiceInstaller } from './service-installer.js';
import { servicePlan, type ServicePlan } from './service-plan.js';
import type { Service } from './service.js';
import { readServiceSpec, readServiceSpecs, type ServiceSpec } from './service-spec.js';
import { ServicesRepository } from './services.repository.js';

const log = new Logger('services');

/** The catalogue of services: those of the config in its order, then those created through the API. Knows no HTTP. */
@Injectable()
export class ServicesService {
  readonly #catalogue = new Map<string, Service>();
  /** Those of the config as it describes them. */
  readonly #configured = new Map<string, ServiceSpec>();
  /** Names that are just being added or removed. */
  readonly #busy = new Set<string>();

  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    @Inject(SCOPE_DEFINITIONS) private readonly definitions: ScopeDefinitions,
    private readonly repository: ServicesRepository,
    private readonly installer: ServiceInstaller,
    private readonly roles: RolesRepository,
    private readonly cache: IdentityCache,
    private readonly news: News,
  ) {}

  /**
   * Brings the database in line with `JupyterHub.services`, once, before the hub listens and before roles are given out.
   * @throws StartupError that names the service and what is wrong with it
   */
  async load(): Promise<void> {
    const specs = this.check(this.config.JupyterHub.services);
    try {
      await this.#loadConfigured(specs);
    } catch (error) {
      throw unusable(error);
    }
    this.cache.bump();
  }

  /**
   * The services of a config, read.
   * @throws StartupError that names the service and what is wrong with it
   */
  check(records: HubConfig['JupyterHub']['services']): ServiceSpec[] {
    try {
      const specs = readServiceSpecs(records);
      for (const spec of specs) requireKnown(spec.oauth_client_allowed_scopes ?? [], spec.name, this.definitions);
      return specs;
    } catch (error) {
      throw unusable(error);
    }
  }

  /** How `JupyterHub.services` differs from what was loaded of it. */
  plan(): ServicePlan {
    return servicePlan(this.#configured, this.check(this.config.JupyterHub.services));
  }

  /**
   * Carries out a plan; services that it does not name keep their rows, tokens and OAuth clients.
   * @returns those that were installed
   */
  async reload({ added, changed, removed }: ServicePlan): Promise<{ added: Service[]; changed: Service[] }> {
    for (const name of removed) {
      await this.#uninstall(await this.repository.byName(name));
      this.#configured.delete(name);
      this.#catalogue.delete(name);
    }
    const created = await this.#createdThroughApi();
    const installed = { added: await this.#installConfigured(added, created), changed: await this.#installConfigured(changed, created) };
    this.cache.bump();
    return installed;
  }

  list(): Service[] {
    return [...this.#catalogue.values()];
  }

  find(name: string): Service | undefined {
    return this.#catalogue.get(name);
  }

  /** @throws NotFoundError */
  get(name: string): Service {
    const service = this.#catalogue.get(name);
    if (!service) throw new NotFoundError(`No such service: ${name}`);
    return service;
  }

  /** The service that is this OAuth client. */
  byClientId(clientId: string): Service | undefined {
    return this.list().find(({ oauth }) => oauth?.clientId === clientId);
  }

  /** Names of the roles that each of these services holds, by service id. */
  rolesOf(services: readonly Service[]): Promise<Map<number, string[]>> {
    return this.roles.namesByHolder(
      'service',
      services.map(({ id }) => id),
    );
  }

  /** @throws ConflictError */
  requireAbsent(name: string): void {
    if (this.#catalogue.has(name) || this.#busy.has(name)) throw new ConflictError(`Service ${name} already exists`);
  }

  /**
   * Adds an external service while the hub runs.
   * @throws ConflictError, InvalidInputError
   */
  async create(record: Readonly<Record<string, unknown>> & { name: string }, caller: Caller): Promise<Service> {
    const { name } = record;
    this.requireAbsent(name);
    const spec = this.#creatable(record, caller);
    return this.#exclusively(name, async () => {
      const service = await this.#install(spec);
      this.#catalogue.set(name, service);
      this.cache.bump();
      this.news.tell({ kind: 'service', change: 'changed', service: name });
      return service;
    });
  }

  /**
   * Removes a service that was created through the API, with its tokens and its OAuth client.
   * @throws NotFoundError; NotModifiableError for a service of the config
   */
  async remove(name: string): Promise<Service> {
    const service = this.#catalogue.get(name);
    if (!service || this.#busy.has(name)) throw new NotFoundError(`Service ${name} does not exist`);
    if (service.fromConfig) throw new NotModifiableError(`Service ${name} is not modifiable at runtime`);
    return this.#exclusively(name, async () => {
      await this.#uninstall(await this.repository.byId(service.id));
      this.#catalogue.delete(name);
      this.cache.bump();
      this.news.tell({ kind: 'service', change: 'removed', service: name });
      return service;
    });
  }

  async #loadConfigured(specs: readonly ServiceSpec[]): Promise<void> {
    const created = await this.#createdThroughApi();
    await this.#installConfigured(specs, created);
    for (const row of await this.repository.all()) if (isFromConfig(row) && !this.#catalogue.has(row.name)) await this.#uninstall(row);
    for (const row of created) this.#catalogue.set(row.name, await this.installer.restore(row));
  }

  async #createdThroughApi(): Promise<ServiceRow[]> {
    return (await this.repository.all()).filter((row) => !isFromConfig(row));
  }

  async #installConfigured(specs: readonly ServiceSpec[], created: readonly ServiceRow[]): Promise<Service[]> {
    const installed: Service[] = [];
    for (const spec of specs) {
      if (created.some(({ name }) => name === spec.name)) {
        log.error(`Service ${spec.name} of the config is left out: a service of that name was created through the API; remove one of the two`);
        continue;
      }
      const service = await this.installer.install(spec, true);
      this.#catalogue.set(spec.name, service);
      this.#configured.set(spec.name, spec);
      installed.push(service);
    }
    return installed;
  }

  #creatable(record: Readonly<Record<string, unknown>> & { name: string }, caller: Caller): ServiceSpec {
    const { name } = record;
    let spec: ServiceSpec;
    try {
      spec = readServiceSpec(record);
    } catch (error) {
      throw new InvalidInputError(`Failed to create service ${name}: ${messageOf(error)}`, { cause: error });
    }
    requireHeld(spec, caller, this.definitions);
    if (spec.command?.length) throw new InvalidInputError(`Can not create managed service ${name} at runtime`);
    return spec;
  }

  async #install(spec: ServiceSpec): Promise<Service> {
    try {
      const service = await this.installer.install(spec, false);
      await this.roles.syncDefaults({ kind: 'service', id: service.id, admin: service.admin });
      return service;
    } catch (error) {
      await this.#uninstall(await this.repository.byName(spec.name));
      if (error instanceof HubError) throw new InvalidInputError(`Failed to create service ${spec.name}: ${error.message}`, { cause: error });
      throw error;
    }
  }

  async #uninstall(row: ServiceRow | undefined): Promise<void> {
    if (row) await this.installer.uninstall(row);
  }

  async #exclusively<T>(name: string, work: () => Promise<T>): Promise<T> {
    this.#busy.add(name);
    try {
      return await work();
    } finally {
      this.#busy.delete(name);
    }
  }
}

/** A mistake in the config says which part of it; anything else is told as it is. */
function unusable(error: unknown): unknown {
  return error instanceof HubError ? new StartupError(`cannot use JupyterHub.services: because ${error.message}`, { cause: error }) : error;
}

/** Rows that are older than the column have no value in it. */
const isFromConfig = ({ from_config }: ServiceRow): boolean => from_config === null || fromDbBoolean(from_config);
