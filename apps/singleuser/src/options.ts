import { resolve } from 'node:path';
import {
  helpText,
  parseCommandLine,
  requireVariable,
  settingsFromEnvironment,
  UsageError,
  type Flags,
  type HubOAuthSettings,
} from '#hub-client';

/** Everything the single-user server is told, by the hub that started it. */
export interface SingleUserOptions {
  oauth: HubOAuthSettings;
  /** Where to listen. */
  listenUrl: string;
  user: string;
  /** '' for the default server. */
  serverName: string;
  /** The folder that is shown. */
  root: string;
  activity: { url: string; token: string; serverName: string; seconds: number };
}

const FLAGS = {
  'allow-root': { type: 'switch', help: 'does nothing; it is here so that the same Spawner.args fit Jupyter and this server' },
  root: { type: 'text', value: 'FOLDER', help: 'the folder to show ($JUPYTERHUB_ROOT_DIR, or the working directory)' },
} as const satisfies Flags;

export const HELP = helpText({
  usage: 'elara-singleuser [FLAG…]',
  about:
    "A small single-user server for machines without Jupyter: greets its owner, shows a folder's files without changing them,\n" +
    'and tells the hub when it was last in use. The hub starts it: name it in Spawner.cmd.',
  flags: FLAGS,
  environment: {
    'JUPYTERHUB_…': 'everything else, as the hub sets it for the servers that it starts',
    JUPYTERHUB_ACTIVITY_INTERVAL: 'seconds from one report of activity to the next; 0 is none (300)',
  },
});

/**
 * Reads command line and environment.
 *
 * @returns undefined when the help was asked for
 * @throws UsageError naming the flag or variable that is wrong or missing
 */
export function readOptions(argv: readonly string[], env: NodeJS.ProcessEnv): SingleUserOptions | undefined {
  const given = parseCommandLine(argv, FLAGS);
  if (given.help) return undefined;
  const oauth = settingsFromEnvironment(env);
  const serverName = env.JUPYTERHUB_SERVER_NAME ?? '';
  const user = requireVariable(env, 'JUPYTERHUB_USER', 'the hub sets it for servers that it starts');
  return {
    oauth,
    listenUrl: requireVariable(env, 'JUPYTERHUB_SERVICE_URL', 'the hub sets it for servers that it starts'),
    user,
    serverName,
    root: folder(given.root ?? (env.JUPYTERHUB_ROOT_DIR || '.'), env.HOME),
    activity: { url: env.JUPYTERHUB_ACTIVITY_URL ?? '', token: oauth.apiToken, serverName, seconds: interval(env) },
  };
}

const folder = (text: string, home = '.') => resolve(text.replace(/^~(?=\/|$)/, () => home));

function interval({ JUPYTERHUB_ACTIVITY_INTERVAL: text }: NodeJS.ProcessEnv): number {
  const seconds = text ? Number(text) : 300;
  if (seconds >= 0 && seconds < 1e6) return seconds;
  throw new UsageError(`JUPYTERHUB_ACTIVITY_INTERVAL takes seconds, not ${JSON.stringify(text)}`);
}
