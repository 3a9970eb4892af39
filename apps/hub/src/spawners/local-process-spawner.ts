import { Logger } from '@nestjs/common';
import { type Child, describeExit, type Exit, freePort, identify, isAlive, killedForMemory as kernelKilledForMemory, listeningPorts, type ProcessIdentity, stopChild } from '#process';
import { birthMark, foundServer } from './found-server.js';
import { ChildLauncher, type Launcher, pidOf } from './launcher.js';
import { type Place, ownAccount } from './placement.js';
import { markedProcesses } from './process-search.js';
import type { SpawnContext } from './spawn-context.js';
import type { SpawnerSection } from './spawner-class.js';
import type { FoundServer, RunningServer, ServerAddress, ServerMarks, Spawner, SpawnHandle, StartedServer, Symptoms } from './spawner.js';
import type { SpawnerTraits } from './spawner-traits.js';

/** Knows whether a process that has ended was ended for want of memory. */
export type MemoryWitness = (identity: ProcessIdentity) => boolean | Promise<boolean>;

type Patience = Pick<SpawnerTraits, 'interrupt_timeout' | 'term_timeout' | 'kill_timeout'>;

const log = new Logger('spawners');

/** Servers as processes on this machine, each in a session of its own that outlives the hub (reference hub-behaviour 2.3). */
export class LocalProcessSpawner implements Spawner {
  /** The class of the config whose traits it has. */
  static readonly section: SpawnerSection = 'LocalProcessSpawner';
  /** Processes this hub has started, for their exit status; all others are found again by identity. */
  readonly #children = new Map<number, { child: Child; exit?: Exit }>();

  constructor(
    private readonly patience: Patience,
    private readonly place: Place = ownAccount,
    private readonly killedForMemory: MemoryWitness = kernelKilledForMemory,
    private readonly launcher: Launcher = new ChildLauncher(),
  ) {}

  get stopSeconds(): number {
    const { interrupt_timeout, term_timeout, kill_timeout } = this.patience;
    return interrupt_timeout + term_timeout + kill_timeout;
  }

  async start(context: SpawnContext, signal: AbortSignal): Promise<StartedServer> {
    const placement = await this.place(context);
    const address = await chooseAddress(context.traits);
    const env = { ...context.environment(address), ...placement.env, ...birthMark() };
    return { ...this.#remember(await this.launcher.launch(context, { ...placement, env }, signal)), address };
  }

  async adopt(handle: SpawnHandle, marks: ServerMarks): Promise<RunningServer | undefined> {
    const identity = identityOf(handle) ?? (await this.launcher.find(handle, marks));
    if (!identity || !isAlive(identity)) return undefined;
    return { state: { pid: identity.pid }, memo: identity, ended: () => this.launcher.take(identity, handle).exited.then(statusOf) };
  }

  async findAll(marks: ServerMarks): Promise<FoundServer[]> {
    const found: FoundServer[] = [];
    for await (const marked of markedProcesses(marks)) {
      const server = await foundServer(marked, marks);
      if (server) found.push(server);
    }
    return found;
  }

  poll(handle: SpawnHandle): Promise<number | null> {
    const identity = identityOf(handle) ?? identify(pidOf(handle));
    if (!identity) return Promise.resolve(0);
    const known = this.#children.get(identity.pid);
    if (known?.exit && known.child.identity.startTime === identity.startTime) return Promise.resolve(statusOf(known.exit));
    return Promise.resolve(isAlive(identity) ? null : 0);
  }

  async examine(handle: SpawnHandle): Promise<Symptoms> {
    const identity = identityOf(handle);
    if (!identity) return { ports: [], outOfMemory: false };
    const known = this.#children.get(identity.pid)?.exit?.outOfMemory === true;
    return { ports: await listeningPorts(identity.pid), outOfMemory: known || (await this.killedForMemory(identity)) };
  }

  async stop(handle: SpawnHandle): Promise<void> {
    const identity = identityOf(handle) ?? identify(pidOf(handle));
    if (!identity) return;
    const known = this.#children.get(identity.pid);
    const child = known && known.child.identity.startTime === identity.startTime ? known.child : this.launcher.take(identity, handle);
    const { ended } = await stopChild(child, [
      { signal: 'SIGINT', waitSeconds: this.patience.interrupt_timeout },
      { signal: 'SIGTERM', waitSeconds: this.patience.term_timeout },
      { signal: 'SIGKILL', waitSeconds: this.patience.kill_timeout },
    ]);
    if (!ended) log.warn(`Process ${identity.pid} never died`);
    this.#children.delete(identity.pid);
  }

  #remember(child: Child): RunningServer {
    const entry: { child: Child; exit?: Exit } = { child };
    this.#children.set(child.pid, entry);
    const ended = child.exited.then((exit) => {
      entry.exit = exit;
      log.debug(`process ${child.pid} ended with ${describeExit(exit)}`);
      return statusOf(exit);
    });
    return { state: { pid: child.pid }, memo: child.identity, ended: () => ended };
  }
}

/** Where a server is to listen: at a free port, unless one is set. */
export async function chooseAddress({ ip, port }: SpawnerTraits): Promise<ServerAddress> {
  const host = ip.replace(/^\[(.*)\]$/, '$1') || '127.0.0.1';
  return { proto: 'http', ip: host, port: port || (await freePort(host)) };
}

/** What we noted at the start, as long as it is about the pid of the state: JupyterHub may have written a newer one. */
function identityOf(handle: SpawnHandle): ProcessIdentity | undefined {
  const memo = handle.memo as Partial<ProcessIdentity> | null;
  if (memo?.pid !== pidOf(handle) || typeof memo.startTime !== 'number' || typeof memo.bootId !== 'string') return undefined;
  return memo as ProcessIdentity;
}

const SIGNAL_NUMBERS: Partial<Record<NodeJS.Signals, number>> = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGABRT: 6, SIGKILL: 9, SIGSEGV: 11, SIGTERM: 15 };

/** Python's way to write it: the exit code, or the number of the signal below zero. */
const statusOf = ({ code, signal }: Exit): number => (signal ? -(SIGNAL_NUMBERS[signal] ?? 0) : (code ?? 0));
