import { Logger } from '@nestjs/common';
import { adoptChild, type Child, identify, type ProcessIdentity, type ResourceLimits, spawnChild } from '#process';
import type { Placement } from './placement.js';
import { findByMarks, hasMarks } from './process-search.js';
import { ResourceGroups } from './resource-groups.js';
import type { SpawnContext } from './spawn-context.js';
import { spawnFailure } from './spawn-failure.js';
import type { ServerMarks, SpawnHandle } from './spawner.js';
import type { SpawnerTraits } from './spawner-traits.js';

/** How processes of servers are brought up, and reached again. */
export interface Launcher {
  /**
   * Starts the server, in a session of its own and with exactly this environment, writing to the file of the context.
   * @throws SpawnError
   */
  launch(context: SpawnContext, placement: Placement, signal: AbortSignal): Promise<Child>;

  /** One that was started before. */
  take(identity: ProcessIdentity, handle: SpawnHandle): Child;

  /** The process of a server of which at most the pid is known, as JupyterHub records it; by its marks. */
  find(handle: SpawnHandle, marks: ServerMarks): Promise<ProcessIdentity | undefined>;
}

const log = new Logger('spawners');

/** The pid that the state of a server names; 0 for none. */
export const pidOf = ({ state }: SpawnHandle): number => (typeof state.pid === 'number' ? state.pid : 0);

/** What a server may use at most. */
export const limitsOf = ({ mem_limit, cpu_limit }: SpawnerTraits): ResourceLimits => ({ ...(mem_limit && { memoryBytes: mem_limit }), ...(cpu_limit && { cpus: cpu_limit }) });

/** Children of the hub, under any account when it is root. */
export class ChildLauncher implements Launcher {
  readonly #groups = new ResourceGroups();

  async launch({ argv, traits, logFile, logName }: SpawnContext, { account, cwd, env }: Placement, signal: AbortSignal): Promise<Child> {
    try {
      const group = await this.#groups.groupFor(`server ${logName}`, limitsOf(traits));
      const command = inShell(traits.shell_cmd, argv);
      log.log(`Spawning ${readable(command)}`);
      return await spawnChild({ command, cwd, env, logPath: logFile, signal, ...(account && { account }), ...(group && { group }) });
    } catch (error) {
      throw spawnFailure(error, argv[0]!);
    }
  }

  take(identity: ProcessIdentity): Child {
    return adoptChild(identity);
  }

  async find(handle: SpawnHandle, marks: ServerMarks): Promise<ProcessIdentity | undefined> {
    const pid = pidOf(handle);
    if (pid === 0) return findByMarks(marks);
    return (await hasMarks(pid, marks)) ? identify(pid) : undefined;
  }
}

const PLAIN_WORD = /^[\w@%+=:,./-]+$/;

/** `shell_cmd` gets the whole command, quoted, as its last argument. */
function inShell(shell: readonly string[], argv: readonly string[]): string[] {
  if (shell.length === 0) return [...argv];
  const quoted = argv.map((word) => (PLAIN_WORD.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`));
  return [...shell, quoted.join(' ')];
}

/** A command for a log line, which it must not break. */
export const readable = (command: readonly string[]): string => command.map((word) => (PLAIN_WORD.test(word) ? word : JSON.stringify(word))).join(' ');
