import { type HubClient, type Service, sleep } from '#hub-client';
import type { LoadedConfig } from '../../config/load-config.js';
import { askHub } from '../hub-access.js';
import { printError } from '../output.js';
import { type Command, describeRun, isUnwell, outcomeOf, runStatus } from './outcome.js';
import { serviceDetails, serviceTable } from './table.js';

const SCOPES = ['admin:services'];
const POLL_MS = 200;
const LONGEST_POLL_MS = 2000;
/** A service may take its `timeout` for the start, and all signals for the stop before it. */
const PATIENCE_MS = 120_000;

export interface Output {
  json?: boolean;
}

/**
 * `elara services status`: all services, or those named.
 * @returns exit status: 1 when one of them has failed or waits for a restart
 */
export async function showStatus({ config }: LoadedConfig, names: readonly string[], { json = false }: Output): Promise<number> {
  const services = await askHub(config, SCOPES, (hub) => fetchServices(hub, names));
  if (json) printJson(Object.fromEntries(services.map((service) => [service.name, service])));
  else process.stdout.write(serviceTable(services, new Date(), process.stdout) + (names.length === 1 ? serviceDetails(services[0]!, new Date()) : ''));
  return services.some(({ elara }) => isUnwell(elara)) ? 1 : 0;
}

async function fetchServices(hub: HubClient, names: readonly string[]): Promise<Service[]> {
  if (names.length === 0) return Object.values(await hub.services());
  return Promise.all(names.map((name) => hub.getService(name)));
}

/**
 * `elara services start|stop|restart`: one service, waiting for what becomes of it.
 * @returns exit status: 1 when it is not as it should be
 */
export async function commandService({ config }: LoadedConfig, command: Command, name: string, { json = false }: Output): Promise<number> {
  const service = await askHub(config, SCOPES, (hub) => commandAndWait(hub, command, name));
  const outcome = outcomeOf(command, service.elara!);
  if (json) printJson(service);
  else process.stdout.write(serviceTable([service], new Date(), process.stdout));
  if (outcome === 'under way') printError(`service ${name} is still ${service.elara!.state} after ${PATIENCE_MS / 1000} s`);
  return outcome === 'done' ? 0 : 1;
}

async function commandAndWait(hub: HubClient, command: Command, name: string): Promise<Service> {
  const send = { start: hub.startManagedService, stop: hub.stopManagedService, restart: hub.restartManagedService }[command];
  let service = await send(name);
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end && outcomeOf(command, service.elara!) === 'under way'; ) {
    await sleep(POLL_MS);
    service = await hub.getService(name);
  }
  return service;
}

/**
 * `elara services run`: one run of a service that has a schedule, waiting for its end.
 * @returns exit status: that of the run; 1 when it was ended by a signal, or could not be started
 */
export async function runService({ config }: LoadedConfig, name: string, { json = false }: Output): Promise<number> {
  const service = await askHub(config, SCOPES, (hub) => runAndWait(hub, name));
  const run = service.elara!.schedule!.last_run!;
  if (json) printJson(service);
  else process.stdout.write(`${describeRun(name, run)}\n`);
  return runStatus(run);
}

async function runAndWait(hub: HubClient, name: string): Promise<Service> {
  let service = await hub.runScheduledService(name);
  const { number } = service.elara!.schedule!.last_run!;
  for (let pause = POLL_MS; isUnderWay(service, number); pause = Math.min(pause * 1.5, LONGEST_POLL_MS)) {
    await sleep(pause);
    service = await hub.getService(name);
  }
  return service;
}

const isUnderWay = ({ elara }: Service, number: number): boolean => {
  const run = elara?.schedule?.last_run;
  return run?.number === number && run.ended === null;
};

const printJson = (value: unknown) => process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
