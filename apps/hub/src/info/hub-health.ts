import { Injectable } from '@nestjs/common';
import { hasScope } from '#scopes';
import type { Caller } from '../identity/caller.js';
import { Health, type PartHealth } from '../news/health.js';
import type { Service } from '../services/service.js';
import type { ServiceRun } from '../services/service.model.js';
import { ServicesService } from '../services/services.service.js';
import { ServiceSupervisor } from '../services/supervisor.js';

export interface PartModel {
  status: 'ok' | 'failing' | 'unknown';
  since: string | null;
  reason: string | null;
}

export interface HealthModel {
  /** `failing` when any part is. */
  status: 'ok' | 'failing';
  database: PartModel;
  proxy: PartModel;
  services: Record<string, PartModel>;
  loops: Record<string, PartModel>;
}

/** How the hub and its parts are. */
@Injectable()
export class HubHealth {
  constructor(
    private readonly health: Health,
    private readonly services: ServicesService,
    private readonly supervisor: ServiceSupervisor,
  ) {}

  /** @param caller sees the services that they may read */
  model(caller: Caller): HealthModel {
    const shown = this.services.list().filter(({ name }) => hasScope(caller.parsed, 'read:services', { kind: 'service', name }));
    const parts = {
      database: partModel(this.health.of('database')),
      proxy: partModel(this.health.of('proxy')),
      services: Object.fromEntries(shown.map((service) => [service.name, this.#service(service)])),
      loops: mapParts(this.health.below('loop ')),
    };
    const all = [parts.database, parts.proxy, ...Object.values(parts.services), ...Object.values(parts.loops)];
    return { status: all.some(({ status }) => status === 'failing') ? 'failing' : 'ok', ...parts };
  }

  /** Of those that the hub runs, how they run; of others, whether they answer. */
  #service(service: Service): PartModel {
    const run = this.supervisor.runOf(service);
    if (!run) return partModel(this.health.of(`service ${service.name}`));
    const problem = problemOf(run);
    return { status: problem === undefined ? 'ok' : 'failing', since: run.since.toISOString(), reason: problem ?? null };
  }
}

/** What is wrong with a service that the hub runs; one that is starting, or was stopped by hand, is well. */
function problemOf({ state, reason, findings }: ServiceRun): string | undefined {
  if (state === 'failed' || state === 'backoff') return reason;
  const unhealthy = [findings?.liveness, findings?.readiness].find((found) => found?.healthy === false);
  return unhealthy && (unhealthy.problem ?? 'a probe finds it unwell');
}

function partModel(health: PartHealth | undefined): PartModel {
  return health ? { ...health, since: health.since.toISOString() } : { status: 'unknown', since: null, reason: null };
}

const mapParts = (parts: Record<string, PartHealth>) => Object.fromEntries(Object.entries(parts).map(([name, health]) => [name, partModel(health)]));
