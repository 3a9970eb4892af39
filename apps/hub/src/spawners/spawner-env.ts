import { quoteName, serverPath, type HubUrls } from '../config/urls.js';
import type { ServerAddress } from './spawner.js';
import type { SpawnerTraits } from './spawner-traits.js';
import { formatTemplate } from './template.js';

export interface EnvironmentInput {
  urls: HubUrls;
  user: string;
  /** '' for the default server. */
  server: string;
  apiToken: string;
  traits: SpawnerTraits;
  /** `traits.environment`, without functions. */
  variables: Readonly<Record<string, string>>;
  address: ServerAddress;
  /** The hub's own environment, for `env_keep`. */
  hubEnv: Readonly<Record<string, string | undefined>>;
  /** `tornado_settings.cookie_options`. */
  cookieOptions: Readonly<Record<string, unknown>>;
  cookieHostPrefix: boolean;
  /** What tells the servers of this hub from those of others. */
  hubMark: string;
}

type Env = Record<string, string>;

/** `jupyterhub-user-NAME[-SERVER]`, as JupyterHub calls a server's OAuth client: here `@` is escaped too. */
export const clientIdOf = (user: string, server: string): string =>
  `jupyterhub-user-${quoteName(user)}${server && `-${quoteName(server)}`}`.replaceAll('@', '%40');

/**
 * The environment of a single-user server, complete but for what the driver adds about the account (reference hub-behaviour 2.4).
 * Later parts win: kept variables, the hub's, then `Spawner.environment`; only the mark is nobody's to change.
 */
export function serverEnvironment(input: EnvironmentInput): Env {
  return { ...keptVariables(input), ...hubVariables(input), ...limits(input.traits), ...switches(input), ...input.variables, ...ownMark(input.hubMark) };
}

/** The variable that all servers of this hub have, and no other process. */
export const ownMark = (hubMark: string): Env => ({ ELARA_HUB: hubMark });

/** The variables that tell this server from every other one, of this hub and of others. */
export function serverMarks({ urls, user, server, traits }: Pick<EnvironmentInput, 'urls' | 'user' | 'server' | 'traits'>): Env {
  return { JUPYTERHUB_API_URL: apiUrl(urls, traits), JUPYTERHUB_SERVICE_PREFIX: serverPath(urls.baseUrl, user, server) };
}

/** Seconds between two reports of a server about its use, unless its environment says otherwise (jupyterhub-singleuser's default). */
export const USUAL_REPORT_INTERVAL = 300;

/** The same of a server with these variables, and those of the hub's own environment that it keeps. */
export function reportInterval({ env_keep, environment }: { env_keep: readonly string[]; environment: Env }, hubEnv: EnvironmentInput['hubEnv']): number {
  const told = { ...keptVariables({ traits: { env_keep }, hubEnv }), ...environment }.JUPYTERHUB_ACTIVITY_INTERVAL;
  const seconds = Number(told);
  return seconds > 0 && Number.isFinite(seconds) ? seconds : USUAL_REPORT_INTERVAL;
}

function keptVariables({ traits, hubEnv }: { traits: { env_keep: readonly string[] }; hubEnv: EnvironmentInput['hubEnv'] }): Env {
  return Object.fromEntries(traits.env_keep.flatMap((name) => (hubEnv[name] === undefined ? [] : [[name, hubEnv[name]]])));
}

function hubVariables(input: EnvironmentInput): Env {
  const { urls, user, server, apiToken, traits, address } = input;
  const prefix = serverPath(urls.baseUrl, user, server);
  const access = JSON.stringify([`access:servers!server=${user}/${server}`, `access:servers!user=${user}`]);
  return {
    JUPYTERHUB_API_TOKEN: apiToken,
    JPY_API_TOKEN: apiToken,
    JUPYTERHUB_CLIENT_ID: clientIdOf(user, server),
    JUPYTERHUB_COOKIE_HOST_PREFIX_ENABLED: input.cookieHostPrefix ? '1' : '0',
    ...(Object.keys(input.cookieOptions).length > 0 && { JUPYTERHUB_COOKIE_OPTIONS: JSON.stringify(input.cookieOptions) }),
    JUPYTERHUB_HOST: urls.publicOrigin,
    JUPYTERHUB_OAUTH_CALLBACK_URL: `${prefix}oauth_callback`,
    JUPYTERHUB_OAUTH_ACCESS_SCOPES: access,
    JUPYTERHUB_OAUTH_SCOPES: access,
    JUPYTERHUB_OAUTH_CLIENT_ALLOWED_SCOPES: JSON.stringify(traits.oauth_client_allowed_scopes),
    JUPYTERHUB_USER: user,
    JUPYTERHUB_SERVER_NAME: server,
    JUPYTERHUB_API_URL: apiUrl(urls, traits),
    JUPYTERHUB_ACTIVITY_URL: `${apiUrl(urls, traits)}/users/${quoteName(user)}/activity`,
    JUPYTERHUB_BASE_URL: urls.baseUrl,
    JUPYTERHUB_SERVICE_PREFIX: prefix,
    JUPYTERHUB_SERVICE_URL: `${originOf(address)}${prefix}`,
    JUPYTERHUB_PUBLIC_URL: urls.publicOrigin && `${urls.publicOrigin}${prefix}`,
    JUPYTERHUB_PUBLIC_HUB_URL: urls.publicOrigin && `${urls.publicOrigin}${urls.hubPrefix}`,
  };
}

function apiUrl(urls: HubUrls, { hub_connect_url: connectUrl }: SpawnerTraits): string {
  return connectUrl ? new URL(connectUrl).origin + urls.apiPrefix : urls.apiUrl;
}

/** `http://127.0.0.1:1234`, with brackets around IPv6. */
export function originOf({ proto, ip, port }: ServerAddress): string {
  return `${proto}://${ip.includes(':') ? `[${ip}]` : ip}:${port}`;
}

function limits(traits: SpawnerTraits): Env {
  const names = ['mem_limit', 'mem_guarantee', 'cpu_limit', 'cpu_guarantee'] as const;
  return Object.fromEntries(names.flatMap((name) => (traits[name] === null ? [] : [[name.toUpperCase(), String(traits[name])]])));
}

function switches({ traits, user, urls }: EnvironmentInput): Env {
  const filled = (template: string) => formatTemplate(template.replaceAll('%U', '{username}'), { username: user, base_url: urls.baseUrl });
  return {
    ...(traits.notebook_dir && { JUPYTERHUB_ROOT_DIR: filled(traits.notebook_dir) }),
    ...(traits.default_url && { JUPYTERHUB_DEFAULT_URL: filled(traits.default_url) }),
    ...(traits.debug && { JUPYTERHUB_DEBUG: '1' }),
    ...(traits.disable_user_config && { JUPYTERHUB_DISABLE_USER_CONFIG: '1' }),
  };
}
