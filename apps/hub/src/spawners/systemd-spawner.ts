import { closeSync } from 'node:fs';
import { Logger } from '@nestjs/common';
import { findCommand, identify, listeningPorts, openLog } from '#process';
import type { HubConfig } from '../config/schema.js';
import { messageOf, UnavailableError } from '../errors.js';
import { birthMark, foundServer } from './found-server.js';
import { readable } from './launcher.js';
import { chooseAddress } from './local-process-spawner.js';
import { type MarkedProcess, markedProcesses } from './process-search.js';
import type { SpawnContext } from './spawn-context.js';
import { spawnFailure } from './spawn-failure.js';
import type { SpawnerSection } from './spawner-class.js';
import type { FoundServer, RunningServer, ServerMarks, Spawner, SpawnHandle, StartedServer, Symptoms } from './spawner.js';
import { Systemd } from './systemd-control.js';
import { EnvironmentFiles } from './systemd-environment.js';
import { type UnitPlacement, unitPlacement } from './systemd-placement.js';
import { expand, isUnitName, runArguments, stopTimeout, type Unit, unitName, unitProperties } from './systemd-unit.js';
import { unitEnd } from './unit-end.js';
import { unitFailure } from './unit-failure.js';

/** By this variable a server tells its unit; whether that is true, systemd is asked. */
const UNIT_VARIABLE = 'ELARA_UNIT';

/** For systemd itself around its two signals. */
const STOP_MARGIN_SECONDS = 10;

const log = new Logger('spawners');

/** Servers as transient units of systemd, which know limits of their own and are not the hub's children (reference hub-behaviour 4.9). */
export class SystemdSpawner implements Spawner {
  /** The class of the config whose traits it has. */
  static readonly section: SpawnerSection = 'SystemdSpawner';

  constructor(
    private readonly traits: HubConfig['SystemdSpawner'],
    private readonly systemd = new Systemd(),
    private readonly files = new EnvironmentFiles(),
  ) {}

  get stopSeconds(): number {
    return 2 * stopTimeout(this.traits) + STOP_MARGIN_SECONDS;
  }

  async start(context: SpawnContext, signal: AbortSignal): Promise<StartedServer> {
    const name = unitName(context.traits.unit_name_template, context.user, context.server);
    const address = await chooseAddress(context.traits);
    const environment = context.environment(address);
    const placement = await unitPlacement(context, environment);
    const unit = await unitOfServer(context, name, placement);
    signal.throwIfAborted();
    try {
      await this.#end(name);
      const file = await this.files.write(name, { ...environment, ...placement.env, ...birthMark(), [UNIT_VARIABLE]: name });
      log.log(`Spawning ${readable(unit.command)} in ${name}.service`);
      await this.systemd.run(runArguments(unit, file), signal);
      return { ...this.#running(name), address };
    } catch (error) {
      const status = await this.#clearAfter(name);
      throw signal.aborted ? error : unitFailure(error, status, unit);
    }
  }

  async adopt(handle: SpawnHandle, marks: ServerMarks): Promise<RunningServer | undefined> {
    const unit = unitOf(handle) ?? (await this.#unitWith(marks));
    return unit !== undefined && (await this.systemd.status(unit)).isRunning ? this.#running(unit) : undefined;
  }

  async findAll(marks: ServerMarks): Promise<FoundServer[]> {
    const found: FoundServer[] = [];
    for await (const marked of markedProcesses(marks)) {
      const unit = await this.#mainUnit(marked);
      const server = unit && (await foundServer(marked, marks));
      if (server) found.push({ ...server, ...stateOf(unit) });
    }
    return found;
  }

  async poll(handle: SpawnHandle): Promise<number | null> {
    const unit = unitOf(handle);
    if (unit === undefined) return 0;
    const { isRunning, exit } = await this.systemd.status(unit);
    return isRunning ? null : exit;
  }

  async examine(handle: SpawnHandle): Promise<Symptoms> {
    const unit = unitOf(handle);
    if (unit === undefined) return { ports: [], outOfMemory: false };
    const { mainPid, outOfMemory } = await this.systemd.status(unit);
    return { ports: identify(mainPid) ? await listeningPorts(mainPid) : [], outOfMemory };
  }

  async stop(handle: SpawnHandle): Promise<void> {
    const unit = unitOf(handle);
    if (unit !== undefined) await this.#end(unit);
  }

  /** Ends also what an earlier hub left, or what has failed: systemd makes no second unit of a name. @throws UnavailableError */
  async #end(unit: string): Promise<void> {
    const before = await this.systemd.status(unit);
    // with a template of a careless kind somebody who is called cron would end cron.service
    if (!before.isGone && !before.isTransient) throw new UnavailableError(`cannot end ${unit}.service: because it is a unit of the machine`);
    if (!before.isGone) await this.systemd.stop(unit, this.stopSeconds);
    const { hasFailed } = before.isGone ? before : await this.systemd.status(unit);
    if (hasFailed) await this.systemd.resetFailed(unit);
    await this.files.remove(unit);
  }

  /** @returns with what the unit ended; undefined when that cannot be seen */
  async #clearAfter(unit: string): Promise<number | undefined> {
    try {
      const { exit } = await this.systemd.status(unit);
      await this.#end(unit);
      return exit;
    } catch (error) {
      log.error(messageOf(error));
      return undefined;
    }
  }

  #running(unit: string): RunningServer {
    return { ...stateOf(unit), ended: () => unitEnd(this.systemd, unit) };
  }

  async #unitWith(marks: ServerMarks): Promise<string | undefined> {
    for await (const marked of markedProcesses(marks)) {
      const unit = await this.#mainUnit(marked);
      if (unit !== undefined) return unit;
    }
    return undefined;
  }

  /** The unit whose main process this is. */
  async #mainUnit({ identity, environment }: MarkedProcess): Promise<string | undefined> {
    const unit = environment.get(UNIT_VARIABLE);
    return isUnitName(unit) && (await this.systemd.status(unit)).mainPid === identity.pid ? unit : undefined;
  }
}

const stateOf = (unit: string) => ({ state: { unit_name: unit }, memo: { unit_name: unit } });

const unitOf = ({ state }: SpawnHandle): string | undefined => (isUnitName(state.unit_name) ? state.unit_name : undefined);

/** What systemd is told of a server, all but its variables. @throws SpawnError */
async function unitOfServer({ traits, user, argv, logFile }: SpawnContext, name: string, placement: UnitPlacement): Promise<Unit> {
  try {
    const [program, ...args] = argv;
    const command = [await findCommand(program!, placement.cwd, placement.env.PATH), ...args].map((word) => expand(word, user));
    // made here, because systemd would let everybody read it
    closeSync(openLog(logFile));
    return { ...placement, name, command, properties: unitProperties(traits, name, user, logFile) };
  } catch (error) {
    throw spawnFailure(error, argv[0]!);
  }
}
