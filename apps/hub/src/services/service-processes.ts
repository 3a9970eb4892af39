import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { z } from 'zod';
import { adoptChild, identify, isAlive, type ProcessIdentity, stopChild, type StopStep } from '#process';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import { messageOf } from '../errors.js';
import { allByMarks, findByMarks } from '../spawners/process-search.js';
import { SERVICE_STOP_STEPS } from './service-stop-steps.js';

const identity = z.object({ pid: z.number(), startTime: z.number(), bootId: z.string() });

const runningFile = z.object({
  /** The hub that wrote this. */
  hub: identity,
  /** By service; null from before the start until the process is known. */
  services: z.record(z.string(), identity.nullable()),
});

type Running = z.infer<typeof runningFile>;

/** For what is left of a service whose own process is gone. */
const REST_STOP_STEPS: readonly StopStep[] = [
  { signal: 'SIGTERM', waitSeconds: 2 },
  { signal: 'SIGKILL', waitSeconds: 2 },
];

const log = new Logger('services');

/**
 * Which processes run for services, in a file, so that a hub that was killed leaves none behind: its successor ends them.
 * A file and not the column `services.pid`: a pid alone may be another process's by then, and the names of services that are no
 * longer configured must not be lost with their rows.
 */
@Injectable()
export class ServiceProcesses {
  readonly #file: string;
  readonly #running: Record<string, ProcessIdentity | null> = {};
  /** When the last process of each was started; what it left behind was started later. */
  readonly #began = new Map<string, number>();

  constructor(@Inject(HUB_CONFIG) { Elara: { log_dir } }: HubConfig) {
    this.#file = join(log_dir, 'services', 'running.json');
  }

  /** Written before the effect: the process is null while it is only about to be started. */
  note(service: string, identity: ProcessIdentity | null): void {
    this.#running[service] = identity;
    if (identity) this.#began.set(service, identity.startTime);
    this.#write();
  }

  forget(service: string): void {
    delete this.#running[service];
    this.#write();
  }

  /** Ends what an earlier hub left running; called once, before the first service is started. */
  async endLeftOvers(apiUrl: string): Promise<void> {
    const earlier = this.#read();
    if (!earlier) return;
    if (earlier.hub.pid !== process.pid && isAlive(earlier.hub)) {
      log.warn(`Another hub (process ${earlier.hub.pid}) keeps its services in ${this.#file}: leaving them alone`);
      return;
    }
    const endAll = async ([service, identity]: [string, ProcessIdentity | null]) => {
      await endLeftOver(service, identity, apiUrl);
      await this.endRest(service, apiUrl);
    };
    await Promise.all(Object.entries(earlier.services).map(endAll));
  }

  /** Ends what a run of a service left in sessions of its own, where no signal to its process group reaches it. Never rejects. */
  async endRest(service: string, apiUrl: string): Promise<void> {
    try {
      const rest = await allByMarks(marksOf(service, apiUrl), this.#began.get(service));
      if (rest.length > 0) log.warn(`Ending processes ${rest.map(({ pid }) => pid).join(', ')}, which service ${service} left behind`);
      await Promise.all(rest.map((identity) => stopChild(adoptChild(identity), REST_STOP_STEPS)));
    } catch (error) {
      log.error(`cannot end what service ${service} left behind: ${messageOf(error)}`);
    }
  }

  #read(): Running | undefined {
    try {
      return runningFile.parse(JSON.parse(readFileSync(this.#file, 'utf8')));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') log.warn(`cannot read ${this.#file}: ${messageOf(error)}`);
      return undefined;
    }
  }

  /** Synchronous, so that no start can come between; renamed into place, so that a crash leaves either the old or the new. */
  #write(): void {
    const running: Running = { hub: identify(process.pid)!, services: this.#running };
    try {
      mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
      writeFileSync(`${this.#file}.new`, JSON.stringify(running), { mode: 0o600 });
      renameSync(`${this.#file}.new`, this.#file);
    } catch (error) {
      // services are worth more than the note about them
      log.error(`cannot write ${this.#file}: ${messageOf(error)}; were the hub killed now, services would be left running`);
    }
  }
}

const marksOf = (service: string, apiUrl: string) => ({ JUPYTERHUB_SERVICE_NAME: service, JUPYTERHUB_API_URL: apiUrl });

async function endLeftOver(service: string, noted: ProcessIdentity | null, apiUrl: string): Promise<void> {
  const identity = noted ?? (await findByMarks(marksOf(service, apiUrl)));
  if (!identity || !isAlive(identity)) return;
  log.warn(`Ending process ${identity.pid} of service ${service}: an earlier hub left it running`);
  const { ended } = await stopChild(adoptChild(identity), SERVICE_STOP_STEPS);
  if (!ended) log.error(`Process ${identity.pid} of service ${service} never died`);
}
