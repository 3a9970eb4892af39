import { type Command, Option } from 'commander';
import type { Setting } from '../config/setting.js';
import type { TraitArgument } from './split-arguments.js';

/** A short option, and the trait it stands for; without `value` the option's own text is the value. */
interface Alias {
  flags: string;
  help: string;
  settings: [className: string, trait: string, value?: unknown][];
}

const ALIASES: Alias[] = [
  { flags: '--ip <address>', help: 'address on which people reach the hub', settings: [['JupyterHub', 'ip']] },
  { flags: '--port <port>', help: 'port on which people reach the hub', settings: [['JupyterHub', 'port']] },
  { flags: '--url <url>', help: 'both in one, with the base URL', settings: [['JupyterHub', 'bind_url']] },
  { flags: '--base-url <path>', help: 'path prefix of everything', settings: [['JupyterHub', 'base_url']] },
  { flags: '--ssl-key <file>', help: 'TLS key', settings: [['JupyterHub', 'ssl_key']] },
  { flags: '--ssl-cert <file>', help: 'TLS certificate', settings: [['JupyterHub', 'ssl_cert']] },
  { flags: '--pid-file <file>', help: 'file for the process id of the hub', settings: [['JupyterHub', 'pid_file']] },
  { flags: '--db <url>', help: 'the database', settings: [['JupyterHub', 'db_url']] },
  { flags: '--no-db', help: 'a database in memory, gone at the end', settings: [['JupyterHub', 'db_url', 'sqlite:///:memory:']] },
  { flags: '--upgrade-db', help: 'bring an older database up to date', settings: [['JupyterHub', 'upgrade_db', true]] },
  { flags: '--log-level <level>', help: 'DEBUG, INFO, WARNING, ERROR or CRITICAL', settings: [['JupyterHub', 'log_level']] },
  { flags: '--debug', help: 'log level DEBUG', settings: [['JupyterHub', 'log_level', 'DEBUG']] },
  { flags: '-y, --yes', help: 'answer yes to every question', settings: [['JupyterHub', 'answer_yes', true]] },
  {
    flags: '--stop-everything',
    help: "when the hub stops, stop people's servers and the proxy too",
    settings: [
      ['JupyterHub', 'cleanup_servers', true],
      ['JupyterHub', 'cleanup_proxy', true],
    ],
  },
];

/** What commander found: texts of options, true for those without a text, false for `--no-…`. */
export type OptionValues = Record<string, unknown>;

/** Adds the options by which every command finds its config. */
export function addConfigOptions(command: Command): Command {
  command.option(
    '-f, --config <file>',
    'config file: .yaml .json .js .ts or .py (elara.yaml, else jupyterhub_config.py, of this folder)',
  );
  for (const { flags, help } of ALIASES) command.addOption(new Option(flags, help));
  return command;
}

/** The settings that options and `--Class.trait` arguments stand for; the latter win. */
export async function overridesOf(options: OptionValues, traits: readonly TraitArgument[]): Promise<Setting[]> {
  const { argumentSetting, flagSetting } = await import('../config/load/command-line.js');
  const given = ALIASES.filter(({ flags }) => isGiven(new Option(flags), options));
  const fromOptions = given.flatMap(({ flags, settings }) => {
    const text = options[new Option(flags).attributeName()];
    return settings.map(([className, trait, value]) =>
      value === undefined ? argumentSetting(className, trait, String(text)) : flagSetting(className, trait, value),
    );
  });
  return [...fromOptions, ...traits.map(({ className, trait, text }) => argumentSetting(className, trait, text))];
}

function isGiven(option: Option, options: OptionValues): boolean {
  const value = options[option.attributeName()];
  if (option.negate) return value === false;
  return option.isBoolean() ? value === true : typeof value === 'string';
}
