import { Logger } from '@nestjs/common';
import { execa } from 'execa';
import { z } from 'zod';
import { settlesWithin } from '#process';
import type { HubConfig } from '../config/schema.js';
import { messageOf } from '../errors.js';
import { helperPath } from './own-program.js';
import { SpawnError } from './spawn-error.js';

type Traits = Pick<HubConfig['SudoSpawner'], 'sudospawner_path' | 'sudo_args' | 'mediator_log_level'>;

/** What the helper is asked; it takes no other fields (reference hub-behaviour 4.10). `find` is ours: JupyterHub's helper does not know it. */
export type MediatorRequest =
  | { action: 'spawn'; args: readonly string[]; env: Readonly<Record<string, string>> }
  | { action: 'kill'; pid: number; signal: number }
  | { action: 'find'; env: Readonly<Record<string, string>> };

const replySchema = z.union([
  z.object({ ok: z.literal(true), pid: z.int().optional(), pids: z.array(z.int()).optional(), alive: z.boolean().optional() }),
  z.object({ ok: z.literal(false), error: z.string().default('it does not say why') }),
]);

export type MediatorReply = z.infer<typeof replySchema>;

export interface AskOptions {
  /** Open file that takes what helper and server write to standard error; without it, that goes to the log of the hub. */
  output?: number;
  /** What to run instead of the command, such as one that enters a control group first. */
  wrap?: (command: string[]) => string[];
  /** Told of an answer that nobody waits for any more. */
  late?: (reply: MediatorReply) => void;
}

const MOST_SECONDS = 30;
const MOST_BYTES = 64 * 1024;
const MOST_SHOWN = 500;

const log = new Logger('spawners');

/** Talks to the helper that sudo runs as somebody. Requests go by standard input: they hold tokens, and everybody sees command lines. */
export class SudoMediator {
  constructor(
    private readonly traits: Traits,
    /** For tests: sudo as called by another account. */
    private readonly sudo: readonly string[] = ['sudo'],
  ) {}

  /**
   * @param account its name; it has to exist, since sudo reads `#0` as a number
   * @throws SpawnError `account` when sudo or the helper does not do it
   */
  async ask(account: string, request: MediatorRequest, { output, wrap = (command) => command, late = () => undefined }: AskOptions = {}): Promise<MediatorReply> {
    const { sudo_args, mediator_log_level: level } = this.traits;
    const command = [...this.sudo, '-u', account, ...sudo_args, helperPath(this.traits), ...(level ? [`--logging=${level}`] : [])];
    const run = this.#run(wrap(command), JSON.stringify(request), output);
    // sudo runs as root, so that we may not be able to end it
    if (await settlesWithin(run, MOST_SECONDS * 1000)) return readReply(account, await run);
    run.then((result) => late(readReply(account, result))).catch((error: unknown) => log.warn(messageOf(error)));
    throw refused(account, `sudo did not end within ${MOST_SECONDS} seconds`);
  }

  async #run([file, ...args]: string[], input: string, output: number | undefined): Promise<Ended> {
    const stderr = (output ?? 'pipe') as 'pipe' | 3;
    const env = { PATH: process.env.PATH ?? '', LANG: process.env.LANG ?? 'C.UTF-8' };
    // a session of its own: sudo must not find a terminal to ask at
    const result = await execa(file!, args, { input, stderr, env, extendEnv: false, cwd: '/', detached: true, cleanup: false, reject: false, maxBuffer: MOST_BYTES });
    return { exitCode: result.exitCode, stdout: result.stdout ?? '', stderr: result.stderr ?? '', cause: result.originalMessage };
  }
}

interface Ended {
  /** undefined when it could not be run. */
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
  cause: string | undefined;
}

/** What the helper answered; sudo may have printed a lecture before it. */
function readReply(account: string, { exitCode, stdout, stderr, cause }: Ended): MediatorReply {
  if (exitCode === undefined) throw refused(account, cause ?? 'it was ended');
  if (exitCode !== 0) throw refused(account, `it ended with status ${exitCode}${stderr && `: ${stderr}`}`);
  if (stderr) log.warn(`sudo, for ${account}: ${stderr.slice(0, MOST_SHOWN)}`);
  try {
    return replySchema.parse(JSON.parse(stdout.slice(stdout.indexOf('{'), stdout.lastIndexOf('}') + 1)));
  } catch (error) {
    throw refused(account, `it did not answer with what is expected: ${stdout.slice(0, MOST_SHOWN)}`, error);
  }
}

const refused = (account: string, because: string, cause?: unknown): SpawnError =>
  new SpawnError('account', 'The hub may not start servers for your account', {
    detail: `cannot act as ${account} through sudo: because ${because}`,
    hint: `Look at the line in /etc/sudoers.d, and whether ${account} is in its group (docs/how-to/accounts.md)`,
    cause,
  });
