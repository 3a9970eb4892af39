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

/** Everything the announcement board is told. */
export interface BoardOptions {
  /** Where the announcement is kept. */
  file: string;
  /** Where to listen. */
  listenUrl: string;
  oauth: HubOAuthSettings;
  /** The service's name at the hub. */
  name: string;
}

const FLAGS = {
  file: { type: 'text', value: 'FILE', help: 'where the announcement is kept (announcement.json in the working directory)' },
  url: { type: 'text', value: 'URL', help: "the hub's API, e.g. http://127.0.0.1:8081/hub/api ($JUPYTERHUB_API_URL)" },
  listen: { type: 'text', value: 'URL', help: 'where to listen ($JUPYTERHUB_SERVICE_URL, or http://127.0.0.1:10101)' },
  name: { type: 'text', value: 'NAME', help: "the service's name at the hub ($JUPYTERHUB_SERVICE_NAME, or announcement)" },
} as const satisfies Flags;

export const HELP = helpText({
  usage: 'elara-announcement [FLAG…]',
  about:
    'A board with one announcement on it, as a service of the hub. Everybody who may use the service sees it; admins,\n' +
    'and those who hold the scope custom:announcement:write, change it. …/services/NAME/latest tells it to anybody, as JSON.\n' +
    "Started by the hub it needs no flags. By hand, give the hub's config the same url and api_token as here.",
  flags: FLAGS,
  environment: {
    JUPYTERHUB_API_TOKEN: "the service's token (needed)",
    'JUPYTERHUB_…': 'the rest, as the hub sets it for its services; flags win',
  },
});

/**
 * Reads command line and environment.
 *
 * @returns undefined when the help was asked for
 * @throws UsageError naming the flag or variable that is wrong or missing
 */
export function readOptions(argv: readonly string[], env: NodeJS.ProcessEnv): BoardOptions | undefined {
  const given = parseCommandLine(argv, FLAGS);
  if (given.help) return undefined;
  requireVariable(env, 'JUPYTERHUB_API_TOKEN', "it has to hold the service's token (the hub sets it for its services)");
  const apiUrl = httpUrl(
    given.url ?? requireVariable(env, 'JUPYTERHUB_API_URL', "give the address of the hub's API with --url or in it"),
  );
  const name = given.name ?? (env.JUPYTERHUB_SERVICE_NAME || 'announcement');
  return {
    file: resolve(given.file ?? 'announcement.json'),
    listenUrl: httpUrl(given.listen ?? (env.JUPYTERHUB_SERVICE_URL || 'http://127.0.0.1:10101')),
    oauth: settingsFromEnvironment({
      ...byHand(apiUrl, name),
      ...withoutEmpty(env),
      JUPYTERHUB_API_URL: apiUrl,
      JUPYTERHUB_SERVICE_NAME: name,
    }),
    name,
  };
}

/** What the hub would have set, for a service that it knows but did not start. */
function byHand(apiUrl: string, name: string): NodeJS.ProcessEnv {
  const baseUrl = new URL(apiUrl).pathname.replace(/hub\/api\/?$/, '');
  return {
    JUPYTERHUB_BASE_URL: baseUrl,
    JUPYTERHUB_SERVICE_PREFIX: `${baseUrl}services/${encodeURIComponent(name)}/`,
    JUPYTERHUB_CLIENT_ID: `service-${name}`,
  };
}

const withoutEmpty = (env: NodeJS.ProcessEnv) => Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));

function httpUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return text;
  throw new UsageError(`cannot use ${JSON.stringify(text)} as an address: expected http://HOST:PORT/PATH`);
}
