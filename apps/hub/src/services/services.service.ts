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
import { requireHeld, requireKnown } from './service-grants.js';
import { ServiceInstaller } from './service-installer.js';
import type { Service } from './service.js';
import { readServiceSpec, readServiceSpecs, type ServiceSpec } from './service-spec.js';
import { ServicesRepository } from './services.repository.js';

const log = new Logger('services');

/** The catalogue of services: those of the config in its order, then those created through the API. Knows no HTTP. */
@Injectable()
export class ServicesService {
  readonly #catalogue = new Map<string, Service>();
  /** Names that are just being added or removed. */
  readonly #busy = new Set<string>();

  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    @Inject(SCOPE_DEFINITIONS) private readonly definitions: ScopeDefinitions,
    private readonly repository: ServicesRepository,
    private readonly installer: ServiceInstaller,
    private readonly roles: RolesRepository,
    private readonly cache: IdentityCache,
  ) {}

  /**
   * Brings the database in line with `JupyterHub.services`, once, before the hub listens and before roles are given out.
   * @throws StartupError that names the service and what is wrong with it
   */
  async load(): Promise<void> {
    try {
      const specs = readServiceSpecs(this.config.JupyterHub.services);
      for (const spec of specs) requireKnown(spec.oauth_client_allowed_scopes ?? [], spec.name, this.definitions);
      await this.#loadConfigured(specs);
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
      throw new StartupError(`cannot use JupyterHub.services: because ${error.message}`, { cause: error });
    }
    this.cache.bump();
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
      return service;
    });
  }

  async #loadConfigured(specs: readonly ServiceSpec[]): Promise<void> {
    const rows = new Map((await this.repository.all()).map((row) => [row.name, row]));
    const created = [...rows.values()].filter((row) => !isFromConfig(row));
    for (const spec of specs) {
      if (created.some(({ name }) => name === spec.name)) {
        log.error(`Service ${spec.name} of the config is left out: a service of that name was created through the API; remove one of the two`);
      } else {
        this.#catalogue.set(spec.name, await this.installer.install(spec, true));
        rows.delete(spec.name);
      }
    }
    for (const row of rows.values()) if (isFromConfig(row)) await this.#uninstall(row);
    for (const row of created) this.#catalogue.set(row.name, await this.installer.restore(row));
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

/** Rows that are older than the column have no value in it. */
const isFromConfig = ({ from_config }: ServiceRow): boolean => from_config === null || fromDbBoolean(from_config);
