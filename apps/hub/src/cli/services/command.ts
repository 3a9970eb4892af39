import { type Command, InvalidArgumentError } from 'commander';
import type { LoadedConfig } from '../../config/load-config.js';
import type { Output } from './actions.js';
import type { LogOptions } from './logs.js';

/** What the commands need from the program around them. */
export interface CommandContext {
  load(): Promise<LoadedConfig>;
  /** Is told the exit status. */
  done(status: number): void;
}

const HELP = {
  start: 'start a service, also one that has failed',
  stop: 'stop a service until it is started again, or the hub itself starts anew',
  restart: 'stop a service and start it again',
} as const;

const ACCESS = `
The hub is asked through its API, so it has to run. The token comes from ELARA_API_TOKEN or JUPYTERHUB_API_TOKEN, and the address then
from JUPYTERHUB_API_URL, else from the config. Without a token, whoever may write the hub's database needs none: run the command in the
hub's working directory, as its account or as root, with its config.`;

function lineCount(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 10_000) throw new InvalidArgumentError('Expected a number up to 10000.');
  return Number(text);
}

/** `elara services …`: services of the running hub. What the commands need is loaded when they run. */
export function addServices(program: Command, { load, done }: CommandContext): void {
  const services = program.command('services').description('see, start and stop the services of the running hub, and read what they print').addHelpText('after', ACCESS);
  const status = services.command('status').description('show how services run: exit status 1 when one has failed or waits for a restart');
  status.argument('[names...]', 'all of them unless named; of a single one also its last events').option('--json', 'as JSON');
  status.action(async (names: string[], options: Output) => {
    const [loaded, { showStatus }] = await Promise.all([load(), import('./actions.js')]);
    done(await showStatus(loaded, names, options));
  });
  const logs = services.command('logs').description('show what a service prints').argument('<name>').addHelpText('after', ACCESS);
  logs.option('-n, --lines <n>', 'how many of the last lines, at most 10000', lineCount, 100).option('-f, --follow', 'go on with what it prints from now on; the config file comes before "services" here');
  logs.action(async (name: string, options: LogOptions) => {
    const [loaded, { showLogs }] = await Promise.all([load(), import('./logs.js')]);
    done(await showLogs(loaded, name, options));
  });
  for (const command of ['start', 'stop', 'restart'] as const) {
    const one = services.command(command).description(`${HELP[command]}; waits, exit status 1 when it did not work`);
    one.argument('<name>').option('--json', 'as JSON').addHelpText('after', ACCESS);
    one.action(async (name: string, options: Output) => {
      const [loaded, { commandService }] = await Promise.all([load(), import('./actions.js')]);
      done(await commandService(loaded, command, name, options));
    });
  }
  const run = services.command('run').description('run a service that has a schedule, now; waits, exit status as that of the run');
  run.argument('<name>').option('--json', 'as JSON').addHelpText('after', `\nThe run goes on when this command is interrupted.\n${ACCESS}`);
  run.action(async (name: string, options: Output) => {
    const [loaded, { runService }] = await Promise.all([load(), import('./actions.js')]);
    done(await runService(loaded, name, options));
  });
}
