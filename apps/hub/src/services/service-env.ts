import type { Account } from '#process';
import { PASSED_ON } from '../config/classes/spawner.js';
import type { HubUrls } from '../config/urls.js';
import type { Service } from './service.js';

type Env = Record<string, string>;

export interface ServiceEnvInput {
  service: Service;
  /** In clear. */
  token: string;
  urls: Pick<HubUrls, 'baseUrl' | 'hubPrefix' | 'publicOrigin'>;
  /** By which the service reaches the hub: see `localApiUrl` in config/urls.ts. */
  apiUrl: string;
  /** The account of `service.user`, when that is set. */
  account?: Account;
  hubEnv: Readonly<Record<string, string | undefined>>;
}

/** The whole environment of a managed service (reference hub-behaviour 1.2): kept, the hub's, its own, and what nobody may override. */
export function serviceEnvironment(input: ServiceEnvInput): Env {
  return { ...kept(input.hubEnv), ...given(input), ...input.service.environment, ...fixed(input) };
}

const kept = (hubEnv: ServiceEnvInput['hubEnv']): Env => Object.fromEntries(PASSED_ON.flatMap((name) => (hubEnv[name] === undefined ? [] : [[name, hubEnv[name]]])));

function given({ service, token, urls, apiUrl }: ServiceEnvInput): Env {
  const access = JSON.stringify(['access:services', `access:services!service=${service.name}`]);
  return {
    JUPYTERHUB_API_TOKEN: token,
    JPY_API_TOKEN: token,
    JUPYTERHUB_API_URL: apiUrl,
    JUPYTERHUB_BASE_URL: urls.baseUrl,
    JUPYTERHUB_CLIENT_ID: service.oauth?.clientId ?? `service-${service.name}`,
    JUPYTERHUB_HOST: urls.publicOrigin,
    JUPYTERHUB_OAUTH_CALLBACK_URL: service.oauth?.redirectUri ?? 'oauth_callback',
    JUPYTERHUB_OAUTH_ACCESS_SCOPES: access,
    JUPYTERHUB_OAUTH_SCOPES: access,
    JUPYTERHUB_OAUTH_CLIENT_ALLOWED_SCOPES: '[]',
    JUPYTERHUB_COOKIE_HOST_PREFIX_ENABLED: '0',
    JUPYTERHUB_SERVICE_URL: 'http://127.0.0.1:0/',
    JUPYTERHUB_PUBLIC_URL: urls.publicOrigin && service.prefix && `${urls.publicOrigin}${service.prefix}`,
    JUPYTERHUB_PUBLIC_HUB_URL: urls.publicOrigin && `${urls.publicOrigin}${urls.hubPrefix}`,
    JUPYTERHUB_USER: service.user,
    JUPYTERHUB_SERVER_NAME: '',
  };
}

function fixed({ service, account }: ServiceEnvInput): Env {
  return {
    JUPYTERHUB_SERVICE_NAME: service.name,
    ...(service.url && { JUPYTERHUB_SERVICE_URL: service.url, JUPYTERHUB_SERVICE_PREFIX: service.prefix }),
    ...(account && { USER: account.name, HOME: account.home, SHELL: account.shell }),
  };
}
