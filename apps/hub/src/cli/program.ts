import { Command } from 'commander';
import { nearest } from '../config/suggest.js';
import { ELARA_VERSION } from '../version.js';
import { addConfigOptions, type OptionValues, overridesOf } from './config-options.js';
import { addNative } from './native/command.js';
import { addDatabase } from './database/command.js';
import { addServices } from './services/command.js';
import type { TraitArgument } from './split-arguments.js';

const FOOTER = `
Any key of the config can be set too, and wins over the file: --Class.key=value, e.g. --Spawner.start_timeout=120`;

/**
 * The commands and their options; what a command needs is loaded only when it runs, so that --help is instant.
 * @param done is told the exit status
 */
export function buildProgram(traits: readonly TraitArgument[], done: (status: number) => void): Command {
  const program = new Command('elara').description('A hub that gives everyone a server of their own.');
  program.version(ELARA_VERSION, '--version').helpOption('-h, --help').addHelpText('after', FOOTER);
  addConfigOptions(program).configureHelp({ showGlobalOptions: true });
  const load = async () => {
    const options = program.opts<OptionValues>();
    return { file: options['config'] as string | undefined, overrides: await overridesOf(options, traits), api: () => import('../config-api.js') };
  };
  addStart(program, load);
  addToken(program, load);
  addServices(program, { load: () => loadedConfig(load), done });
  addNative(program, () => loadedConfig(load));
  addDatabase(program, { load: () => loadedConfig(load), done });
  addReload(program, load, done);
  addCheckConfig(program, load, done);
  addConfigCommand(program, load, done);
  addMigrateConfig(program, done);
  // a word that is no command is refused with a suggestion; set last, because commands take this over
  return program.allowExcessArguments();
}

type Load = () => Promise<import('../config/load-config.js').LoadOptions>;

function addStart(program: Command, load: Load): void {
  const start = async () => {
    // a config that is a program runs while the hub's modules load
    const [loaded, { runStart }] = await Promise.all([loadedConfig(load), import('./start.js')]);
    await runStart(loaded, () => loadedConfig(load));
  };
  program.command('start').description('run the hub (also without any command)').action(start);
  program.action(async () => {
    const [word] = program.args;
    if (word !== undefined) refuseCommand(program, word);
    await start();
  });
}

async function loadedConfig(load: Load) {
  const [{ loadConfig }, { checkServices }] = await Promise.all([
    import('../config/load-config.js'),
    import('./check-services.js'),
  ]);
  const loaded = await loadConfig(await load());
  checkServices(loaded);
  return loaded;
}

function refuseCommand(program: Command, word: string): never {
  const suggestion = nearest(
    word,
    program.commands.map((command) => command.name()),
  );
  program.error(`error: unknown command '${word}'${suggestion ? `\n(Did you mean ${suggestion}?)` : ''}`);
}

function addToken(program: Command, load: Load): void {
  const token = program
    .command('token')
    .description('print a new token of a user (of yourself, unless named)')
    .argument('[name]');
  token.action(async (name: string | undefined) => {
    const [loaded, { runToken }] = await Promise.all([loadedConfig(load), import('./token.js')]);
    await runToken(loaded, name);
  });
}

function addReload(program: Command, load: Load, done: (status: number) => void): void {
  const reload = program.command('reload').description('have the running hub read its config again, and say what that changed');
  reload.option('--json', 'as JSON').action(async (options: { json?: boolean }) => {
    const [loaded, { reloadConfig }] = await Promise.all([loadedConfig(load), import('./reload.js')]);
    done(await reloadConfig(loaded, options));
  });
}

function addCheckConfig(program: Command, load: Load, done: (status: number) => void): void {
  const check = program.command('check-config').description('say what is wrong with the config, and where');
  check.option('--json', 'as JSON').action(async (options: { json?: boolean }) => {
    const { checkConfig } = await import('./check-config.js');
    done(await checkConfig(await load(), options));
  });
}

function addConfigCommand(program: Command, load: Load, done: (status: number) => void): void {
  const config = program.command('config').description('make or show a config');
  const generate = config.command('generate').description('print every key with its help and default');
  generate.option('-o, --output <file>', 'write to a file').option('--schema', 'the JSON schema for editors instead');
  generate.option('--types', 'the types of JavaScript and TypeScript configs instead');
  generate.action(async (options: { output?: string; schema?: boolean; types?: boolean }) => {
    const { generateConfig } = await import('./config-command.js');
    done(await generateConfig({ ...options, overwrite: program.opts<OptionValues>()['yes'] === true }));
  });
  const show = config
    .command('show')
    .description('print the config as the hub would use it, without secrets')
    .option('--json', 'as JSON');
  show.action(async (options: { json?: boolean }) => {
    const { showConfig } = await import('./config-command.js');
    done(await showConfig(await load(), options));
  });
}

function addMigrateConfig(program: Command, done: (status: number) => void): void {
  const migrate = program.command('migrate-config').description('print a jupyterhub_config.py as YAML, and say what of it cannot cross').argument('[file]');
  migrate.option('-o, --output <file>', 'write to a file: .yaml, or .ts or .js for a beginning with functions and classes');
  migrate.action(async (file: string | undefined, { output }: { output?: string }) => {
    const { migrateConfig } = await import('./migrate-config.js');
    const { config, yes } = program.opts<OptionValues>();
    done(await migrateConfig({ file: file ?? (config as string | undefined), output, overwrite: yes === true }));
  });
}
