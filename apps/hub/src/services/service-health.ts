import { Injectable, Logger } from '@nestjs/common';
import { waitForHttp } from '#process';
import { messageOf } from '../errors.js';
import { Health } from '../news/health.js';
import type { Service } from './service.js';

const log = new Logger('services');

/** Whether services answer; the outcome is only told. Services without a url have nothing to ask. */
@Injectable()
export class ServiceHealth {
  constructor(private readonly health: Health) {}

  /** Looks whether an external service is there; also one that is not there is kept, for it may come later. */
  async greet(service: Service, signal?: AbortSignal): Promise<void> {
    const problem = await this.#problemOf(service, signal);
    if (problem) log.warn(`Cannot connect to external service ${service.name} at ${service.origin}. Is it running? ${problem}`);
  }

  async check(service: Service, signal?: AbortSignal): Promise<void> {
    const problem = await this.#problemOf(service, signal);
    const what = `${service.kind} service ${service.name} at ${service.origin}`;
    if (problem) log.warn(`Cannot connect to ${what}: ${problem}`);
    else if (service.url) log.debug(`${what} answers`);
  }

  async #problemOf(service: Service, signal?: AbortSignal): Promise<string | undefined> {
    const problem = await problemOf(service, signal);
    if (service.url && !signal?.aborted) this.health.tell(`service ${service.name}`, problem);
    return problem;
  }
}

/** Undefined also when the check was called off. */
async function problemOf({ url, origin, prefix, timeout }: Service, signal?: AbortSignal): Promise<string | undefined> {
  if (!url) return undefined;
  try {
    await waitForHttp(`${origin}${prefix}`, { timeoutMs: timeout * 1000, ...(signal && { signal }) });
    return undefined;
  } catch (error) {
    return signal?.aborted ? undefined : messageOf(error);
  }
}
