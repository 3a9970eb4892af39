import { closeSync } from 'node:fs';
import { constants } from 'node:os';
import { Logger } from '@nestjs/common';
import { adoptChild, type Child, groupIsAlive, identify, identifyStarted, leaveGroup, logSize, openLog, type ProcessIdentity } from '#process';
import { messageOf } from '../errors.js';
import { type Launcher, limitsOf, pidOf, readable } from './launcher.js';
import type { Placement } from './placement.js';
import { ResourceGroups } from './resource-groups.js';
import { lastLines } from './server-log.js';
import type { SpawnContext } from './spawn-context.js';
import { SpawnError } from './spawn-error.js';
import { spawnFailure } from './spawn-failure.js';
import type { ServerMarks, SpawnHandle } from './spawner.js';
import type { AskOptions, MediatorReply, SudoMediator } from './sudo-mediator.js';

const LOG_LINES = 10;

const log = new Logger('spawners');

/** Processes of other accounts, which a helper starts and signals: a hub that is not root can only look at them. */
export class SudoLauncher implements Launcher {
  constructor(
    private readonly mediator: SudoMediator,
    private readonly groups = new ResourceGroups(),
  ) {}

  async launch(context: SpawnContext, placement: Placement, signal: AbortSignal): Promise<Child> {
    const account = placement.account!.name;
    const group = await this.groups.groupFor(`server ${context.logName}`, limitsOf(context.traits));
    signal.throwIfAborted();
    log.log(`Spawning the server of ${context.logName} as ${account} through sudo ${readable(context.traits.args)}`.trimEnd());
    const pid = await this.#spawn(account, context, placement.env, group && ((command) => group.enter(command)));
    const identity = identifyStarted(pid);
    if (identity.startTime === 0) await this.#requireSight(account, pid);
    const child = this.#child(identity, account);
    return group ? { ...child, exited: child.exited.then((exit) => leaveGroup(group, exit)) } : child;
  }

  take(identity: ProcessIdentity, { user }: SpawnHandle): Child {
    return this.#child(identity, user);
  }

  async find(handle: SpawnHandle, marks: ServerMarks): Promise<ProcessIdentity | undefined> {
    const reply = await this.mediator.ask(handle.user, { action: 'find', env: marks }).catch((error: unknown) => {
      // JupyterHub's helper does not know how
      log.warn(`Cannot look for the server of ${handle.user}: ${error instanceof SpawnError ? error.detail : messageOf(error)}`);
      return undefined;
    });
    const found = (reply?.ok && reply.pids) || [];
    const pid = pidOf(handle) || found[0];
    return pid !== undefined && found.includes(pid) ? identify(pid) : undefined;
  }

  #child(identity: ProcessIdentity, account: string): Child {
    return adoptChild(identity, (target, signal) => this.#signal(account, target, constants.signals[signal]));
  }

  /** The helper goes by number alone, and can reach processes of that account only. */
  async #signal(account: string, identity: ProcessIdentity, signal: number): Promise<void> {
    if (groupIsAlive(identity)) await this.mediator.ask(account, { action: 'kill', pid: identity.pid, signal });
  }

  /** The file is opened here, and handed on: nobody but the hub may read it. */
  async #spawn(account: string, { traits, logFile }: SpawnContext, env: Record<string, string>, wrap: AskOptions['wrap']): Promise<number> {
    const output = openedLog(logFile);
    const before = logSize(logFile);
    const late = (reply: MediatorReply) => void this.#endLate(account, reply);
    try {
      const reply = await this.mediator.ask(account, { action: 'spawn', args: traits.args, env }, { output, late, ...(wrap && { wrap }) });
      return pidIn(reply);
    } catch (error) {
      if (error instanceof SpawnError) error.log = await lastLines(logFile, LOG_LINES, before);
      throw error;
    } finally {
      closeSync(output);
    }
  }

  async #endLate(account: string, reply: MediatorReply): Promise<void> {
    if (!reply.ok || reply.pid === undefined) return;
    await this.mediator.ask(account, { action: 'kill', pid: reply.pid, signal: constants.signals.SIGKILL }).catch((error: unknown) => log.error(messageOf(error)));
  }

  /** What /proc does not show has ended already, or is hidden from us. */
  async #requireSight(account: string, pid: number): Promise<void> {
    const reply = await this.mediator.ask(account, { action: 'kill', pid, signal: 0 });
    if (!reply.ok || !reply.alive) return;
    await this.mediator.ask(account, { action: 'kill', pid, signal: constants.signals.SIGKILL });
    throw new SpawnError('account', 'The hub may not see processes of your account', {
      detail: `cannot look after process ${pid} of ${account}: because /proc does not show it`,
      hint: 'Mount /proc without hidepid, or with gid= of a group of the hub',
    });
  }
}

function openedLog(logFile: string): number {
  try {
    return openLog(logFile);
  } catch (error) {
    throw spawnFailure(error, 'sudo');
  }
}

const MISSING = /No such file|Permission denied|Exec format/;

function pidIn(reply: MediatorReply): number {
  if (reply.ok && reply.pid !== undefined) return reply.pid;
  const because = reply.ok ? 'the helper does not name its process' : reply.error;
  if (MISSING.test(because)) {
    return fail('command-missing', 'The program of your server cannot be run', because, 'The helper runs sudospawner-singleuser or jupyterhub-singleuser beside itself (docs/how-to/accounts.md)');
  }
  return fail('exited-early', 'Your server could not be started', because, 'Its last lines may tell why');
}

function fail(code: 'command-missing' | 'exited-early', message: string, because: string, hint: string): never {
  throw new SpawnError(code, message, { detail: `cannot start the server through sudo: because ${because}`, hint });
}
