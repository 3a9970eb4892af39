import { UsageError } from '../program/command-line.js';
import { requireVariable } from '../program/run-program.js';

/** What a service or server has to know to log people in through the hub. */
export interface HubOAuthSettings {
  /** E.g. `http://127.0.0.1:8081/hub/api`, as the service reaches it. */
  apiUrl: string;
  /** The service's own token: also its OAuth secret, and what its cookies' key is derived from. */
  apiToken: string;
  clientId: string;
  /** The redirect URI exactly as the hub knows it: a path, or a full URL. */
  callbackUrl: string;
  /** The hub's `B`, e.g. `/`. */
  baseUrl: string;
  /** scheme://host[:port] of the hub for browsers; '' when it is the service's own. */
  host: string;
  /** The path below which the service answers, e.g. `/services/announcement/`. */
  prefix: string;
  /** Whoever holds any one of these scopes may enter. */
  accessScopes: readonly string[];
  /** Cookies are named `__Host-…`, with path `/`, and only sent over https. */
  cookieHostPrefix: boolean;
  /** Overrides cookie attributes: `Secure`, `SameSite`, `Domain` ….  */
  cookieOptions: Record<string, unknown>;
}

/**
 * Reads the environment that a hub gives to servers and managed services (reference: REST API 4.6).
 *
 * @throws UsageError naming the variable that is missing or no JSON
 */
export function settingsFromEnvironment(env: NodeJS.ProcessEnv): HubOAuthSettings {
  const given = (variable: string) => requireVariable(env, variable, 'the hub sets it for servers and services that it starts');
  const prefix = given('JUPYTERHUB_SERVICE_PREFIX').replace(/\/*$/, '/');
  return {
    apiUrl: given('JUPYTERHUB_API_URL'),
    apiToken: given('JUPYTERHUB_API_TOKEN'),
    clientId: given('JUPYTERHUB_CLIENT_ID'),
    callbackUrl: env.JUPYTERHUB_OAUTH_CALLBACK_URL || `${prefix}oauth_callback`,
    baseUrl: env.JUPYTERHUB_BASE_URL || '/',
    host: env.JUPYTERHUB_HOST ?? '',
    prefix,
    accessScopes: accessScopes(env),
    cookieHostPrefix: env.JUPYTERHUB_COOKIE_HOST_PREFIX_ENABLED === '1',
    cookieOptions: jsonVariable(env, 'JUPYTERHUB_COOKIE_OPTIONS', {}),
  };
}

function accessScopes(env: NodeJS.ProcessEnv): readonly string[] {
  const older = env.JUPYTERHUB_OAUTH_ACCESS_SCOPES ? 'JUPYTERHUB_OAUTH_ACCESS_SCOPES' : 'JUPYTERHUB_OAUTH_SCOPES';
  const service = env.JUPYTERHUB_SERVICE_NAME;
  const fallback = service ? ['access:services', `access:services!service=${service}`] : [];
  const scopes = jsonVariable<unknown>(env, older, fallback);
  return Array.isArray(scopes) ? scopes.map(String) : [];
}

function jsonVariable<T>(env: NodeJS.ProcessEnv, variable: string, fallback: T): T {
  const text = env[variable];
  if (!text) return fallback;
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    throw new UsageError(`${variable} is no JSON: ${JSON.stringify(text.slice(0, 80))}`, { cause: error });
  }
}
