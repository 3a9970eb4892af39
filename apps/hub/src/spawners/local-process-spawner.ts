import { Logger } from '@nestjs/common';
import { adoptChild, type Child, describeExit, type Exit, freePort, identify, isAlive, killedForMemory as kernelKilledForMemory, listeningPorts, type ProcessIdentity, type ResourceLimits, spawnChild, stopChild } from '#process';
import { ResourceGroups } from './resource-groups.js';
import { birthMark, foundServer } from './found-server.js';
import { findByMarks, hasMarks, markedProcesses } from './process-search.js';
import { type Place, ownAccount } from './placement.js';
import type { SpawnContext } from './spawn-context.js';
import type { SpawnerSection } from './spawn-command.js';
import { spawnFailure } from './spawn-failure.js';
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
  readonly #groups = new ResourceGroups();

  constructor(
    private readonly patience: Patience,
    private readonly place: Place = ownAccount,
    private readonly killedForMemory: MemoryWitness = kernelKilledForMemory,
  ) {}

  get stopSeconds(): number {
    const { interrupt_timeout, term_timeout, kill_timeout } = this.patience;
    return interrupt_timeout + term_timeout + kill_timeout;
  }

  async start(context: SpawnContext, signal: AbortSignal): Promise<StartedServer> {
    const { account, cwd, env } = await this.place(context);
    const address = await this.#address(context.traits);
    const command = inShell(context.traits.shell_cmd, context.argv);
    log.log(`Spawning ${command.map(readable).join(' ')}`);
    try {
      const options = { command, cwd, env: { ...context.environment(address), ...env, ...birthMark() }, logPath: context.logFile, signal };
      const group = await this.#groups.groupFor(`server ${context.logName}`, limitsOf(context.traits));
      const child = await spawnChild({ ...options, ...(account && { account }), ...(group && { group }) });
      return { ...this.#remember(child), address };
    } catch (error) {
      throw spawnFailure(error, context.argv[0]!);
    }
  }

  async adopt(handle: SpawnHandle, marks: ServerMarks): Promise<RunningServer | undefined> {
    const identity = identityOf(handle) ?? (await unrecorded(handle, marks));
    if (!identity || !isAlive(identity)) return undefined;
    return { state: { pid: identity.pid }, memo: identity, ended: () => adoptChild(identity).exited.then(statusOf) };
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
    const child = known && known.child.identity.startTime === identity.startTime ? known.child : adoptChild(identity);
    const { ended } = await stopChild(child, [
      { signal: 'SIGINT', waitSeconds: this.patience.interrupt_timeout },
      { signal: 'SIGTERM', waitSeconds: this.patience.term_timeout },
      { signal: 'SIGKILL', waitSeconds: this.patience.kill_timeout },
    ]);
    if (!ended) log.warn(`Process ${identity.pid} never died`);
    this.#children.delete(identity.pid);
  }

  async #address({ ip, port }: SpawnerTraits): Promise<ServerAddress> {
    const host = ip.replace(/^\[(.*)\]$/, '$1') || '127.0.0.1';
    return { proto: 'http', ip: host, port: port || (await freePort(host)) };
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

const limitsOf = ({ mem_limit, cpu_limit }: SpawnerTraits): ResourceLimits => ({ ...(mem_limit && { memoryBytes: mem_limit }), ...(cpu_limit && { cpus: cpu_limit }) });

const pidOf = ({ state }: SpawnHandle): number => (typeof state.pid === 'number' ? state.pid : 0);

/** What we noted at the start, as long as it is about the pid of the state: JupyterHub may have written a newer one. */
function identityOf(handle: SpawnHandle): ProcessIdentity | undefined {
  const memo = handle.memo as Partial<ProcessIdentity> | null;
  if (memo?.pid !== pidOf(handle) || typeof memo.startTime !== 'number' || typeof memo.bootId !== 'string') return undefined;
  return memo as ProcessIdentity;
}

/** A process of which at most the pid is known, as JupyterHub records it, or one whose start nobody got to record. */
async function unrecorded(handle: SpawnHandle, marks: ServerMarks): Promise<ProcessIdentity | undefined> {
  const pid = pidOf(handle);
  if (pid === 0) return findByMarks(marks);
  return (await hasMarks(pid, marks)) ? identify(pid) : undefined;
}

const PLAIN_WORD = /^[\w@%+=:,./-]+$/;

/** One word of a command for a log line, which it must not break. */
const readable = (word: string): string => (PLAIN_WORD.test(word) ? word : JSON.stringify(word));

/** `shell_cmd` gets the whole command, quoted, as its last argument. */
function inShell(shell: readonly string[], argv: readonly string[]): string[] {
  if (shell.length === 0) return [...argv];
  const quoted = argv.map((word) => (PLAIN_WORD.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`));
  return [...shell, quoted.join(' ')];
}

const SIGNAL_NUMBERS: Partial<Record<NodeJS.Signals, number>> = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGABRT: 6, SIGKILL: 9, SIGSEGV: 11, SIGTERM: 15 };

/** Python's way to write it: the exit code, or the number of the signal below zero. */
const statusOf = ({ code, signal }: Exit): number => (signal ? -(SIGNAL_NUMBERS[signal] ?? 0) : (code ?? 0));
