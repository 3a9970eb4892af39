import { Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { z } from 'zod';
import { hasScope } from '#scopes';
import { InvalidInputError } from '../errors.js';
import { NeedsScope, NeedsScopeForList } from '../http/access.js';
import { Describe } from '../http/api-doc.js';
import { ApiController } from '../http/controllers.js';
import { CurrentCaller } from '../http/current-caller.js';
import { LazyBody, RequestBody } from '../http/lazy-body.js';
import { checkModel } from '../http/model-check.js';
import type { Caller } from '../identity/caller.js';
import { serviceModel, type ServiceModel } from './service.model.js';
import type { Service } from './service.js';
import { ServiceHealth } from './service-health.js';
import { ServiceRoutes } from './service-routes.js';
import { ServicesService } from './services.service.js';
import { type ServiceCommand, ServiceSupervisor } from './supervisor.js';

const text = z.string().optional();
const object = z.record(z.string(), z.unknown()).optional();
const serviceBody = z.object({
  name: text,
  admin: z.boolean().optional(),
  url: text,
  oauth_client_allowed_scopes: z.array(z.string()).optional(),
  api_token: text,
  info: object,
  display: z.boolean().optional(),
  oauth_no_confirm: z.boolean().optional(),
  command: z.array(z.string()).optional(),
  cwd: text,
  environment: object,
  user: text,
  oauth_client_id: text,
  oauth_redirect_uri: text,
});

/** The answer tells the state that follows at once; `GET` tells how it goes on. */
const COMMANDED = { 202: 'Service' } as const;

/** Services over HTTP (reference rest-api 1.7). */
@ApiController('services')
export class ServicesController {
  constructor(
    private readonly services: ServicesService,
    private readonly supervisor: ServiceSupervisor,
    private readonly routes: ServiceRoutes,
    private readonly health: ServiceHealth,
  ) {}

  @Get()
  @NeedsScopeForList('list:services')
  @Describe({ summary: 'Services by name', answers: { 200: { mapOf: 'Service' } } })
  async list(@CurrentCaller() caller: Caller) {
    const listed = this.services.list().filter(({ name }) => hasScope(caller.parsed, 'list:services', { kind: 'service', name }));
    const models = await this.#models(listed, caller);
    return Object.fromEntries(models.map((model) => [model.name, model]));
  }

  @Get(':service')
  @NeedsScope('read:services', 'read:services:name', 'read:roles:services')
  @Describe({ summary: 'One service', answers: { 200: 'Service' } })
  async get(@Param('service') name: string, @CurrentCaller() caller: Caller) {
    return this.#model(this.services.get(name), caller);
  }

  @Post(':service')
  @NeedsScope('admin:services')
  @Describe({ summary: 'Add an external service', body: serviceBody, answers: { 201: 'Service' }, errors: [409] })
  async create(@Param('service') name: string, @LazyBody() body: RequestBody, @CurrentCaller() caller: Caller) {
    this.services.requireAbsent(name);
    const json = body.json();
    if (!isFilledObject(json)) throw new InvalidInputError('Invalid service data');
    const service = await this.services.create({ ...checkModel('service', serviceBody, { ...json, name }), name }, caller);
    await this.routes.add(service);
    void this.health.greet(service);
    return this.#model(service, caller);
  }

  @Delete(':service')
  @HttpCode(200)
  @NeedsScope('admin:services')
  @Describe({ summary: 'Remove a service that was added so', answers: { 200: null }, errors: [400, 405] })
  async remove(@Param('service') name: string): Promise<void> {
    await this.routes.remove(await this.services.remove(name));
  }

  @Post(':service/start')
  @HttpCode(202)
  @NeedsScope('admin:services')
  @Describe({ summary: 'Start a managed service', answers: COMMANDED, errors: [400, 503] })
  start(@Param('service') name: string, @CurrentCaller() caller: Caller) {
    return this.#command('start', name, caller);
  }

  @Post(':service/stop')
  @HttpCode(202)
  @NeedsScope('admin:services')
  @Describe({ summary: 'Stop a managed service until it is started by request, or the hub starts anew', answers: COMMANDED, errors: [400, 503] })
  stop(@Param('service') name: string, @CurrentCaller() caller: Caller) {
    return this.#command('stop', name, caller);
  }

  @Post(':service/restart')
  @HttpCode(202)
  @NeedsScope('admin:services')
  @Describe({ summary: 'Stop a managed service and start it again', answers: COMMANDED, errors: [400, 503] })
  restart(@Param('service') name: string, @CurrentCaller() caller: Caller) {
    return this.#command('restart', name, caller);
  }

  @Post(':service/run')
  @HttpCode(202)
  @NeedsScope('admin:services')
  @Describe({ summary: 'Run a service that has a schedule, now', answers: COMMANDED, errors: [400, 409, 503] })
  run(@Param('service') name: string, @CurrentCaller() caller: Caller) {
    const service = this.services.get(name);
    this.supervisor.run(service, requestOf(caller));
    return this.#model(service, caller);
  }

  #command(command: ServiceCommand, name: string, caller: Caller) {
    const service = this.services.get(name);
    this.supervisor.command(service, command, requestOf(caller));
    return this.#model(service, caller);
  }

  async #model(service: Service, caller: Caller) {
    const [model] = await this.#models([service], caller);
    return model ?? {};
  }

  async #models(services: readonly Service[], caller: Caller): Promise<ServiceModel[]> {
    const roles = await this.services.rolesOf(services);
    return services.flatMap((service) => {
      const run = this.supervisor.runOf(service);
      return serviceModel({ service, roles: roles.get(service.id) ?? [], ...(run && { run }) }, caller.parsed) ?? [];
    });
  }
}

const requestOf = ({ kind, name }: Caller): string => `by request of ${kind} ${name}`;

function isFilledObject(json: unknown): json is Record<string, unknown> {
  return json !== null && typeof json === 'object' && !Array.isArray(json) && Object.keys(json).length > 0;
}
