import type { ResourceLimits } from '#process';
import { DEFAULT_ROLES } from '#scopes';
import { quoteName } from '../config/urls.js';
import type { ServiceRow } from '../database/tables.js';
import { fromDbBoolean, fromDbJson } from '../database/values.js';
import type { Schedule } from './schedule.js';
import type { ProbeSpec } from './service-probe-spec.js';
import { clientIdOf, type ServiceSpec, wantsOAuth } from './service-spec.js';

/** A service as the hub works with it: its description, completed. */
export interface Service {
  /** Row id in `services`. */
  id: number;
  name: string;
  fromConfig: boolean;
  admin: boolean;
  /** Managed services are started and watched by the hub; the others are only known to it. */
  kind: 'managed' | 'external';
  /** As configured; '' for a service that is not reached through the hub. */
  url: string;
  /** scheme://host:port of the url, or ''. */
  origin: string;
  /** `/services/NAME/` below the base URL, or '' without url. */
  prefix: string;
  command: string[];
  cwd: string;
  environment: Record<string, string>;
  /** Account to run as; '' for the hub's own. */
  user: string;
  info: Record<string, unknown>;
  display: boolean;
  /** Seconds until a service with a url must answer. */
  timeout: number;
  /** Services that are started before it, and stopped after it. */
  after: string[];
  /** The same, and it is not started before they run. */
  requires: string[];
  /** The hub does not start unless it runs. */
  required: boolean;
  /** Decides when it runs; an answer at its url, when absent. */
  readiness?: ProbeSpec;
  /** Decides whether it still lives. */
  liveness?: ProbeSpec;
  limits: ResourceLimits;
  /** Restarts in a row after which it has failed; `Elara.service_start_limit` when absent. */
  startLimit?: number;
  /** When it runs, for a service that does its work and ends. */
  schedule?: Schedule & { timeoutSeconds: number };
  oauth?: ServiceOAuth;
  /** The API token of a managed service, in clear, to hand it over. */
  token?: string;
}

export interface ServiceOAuth {
  clientId: string;
  redirectUri: string;
  noConfirm: boolean;
  /** Sorted; always with the service's own access scope. */
  allowedScopes: string[];
}

export const DEFAULT_TIMEOUT_SECONDS = 30;
/** A run that takes a day hangs. */
const DEFAULT_RUN_SECONDS = 86_400;

export interface ServiceContext {
  id: number;
  fromConfig: boolean;
  baseUrl: string;
  /** `JupyterHub.load_roles`, for the deprecated `oauth_roles`. */
  roles?: readonly { name: string; scopes?: readonly string[] }[];
}

/** Completes the description of a service. Pure. */
export function serviceOf(spec: ServiceSpec, { id, fromConfig, baseUrl, roles = [] }: ServiceContext): Service {
  const { name, url = '', command = [] } = spec;
  const prefix = url && `${baseUrl}services/${quoteName(name)}/`;
  return {
    id,
    name,
    fromConfig,
    admin: spec.admin ?? false,
    kind: command.length > 0 ? 'managed' : 'external',
    url,
    origin: url && new URL(url).origin,
    prefix,
    command,
    cwd: spec.cwd ?? '',
    environment: spec.environment ?? {},
    user: spec.user ?? '',
    info: spec.info ?? {},
    display: spec.display ?? true,
    timeout: spec.timeout ?? DEFAULT_TIMEOUT_SECONDS,
    after: spec.after ?? [],
    requires: spec.requires ?? [],
    required: spec.required ?? false,
    ...(spec.readiness && { readiness: spec.readiness }),
    ...(spec.liveness && { liveness: spec.liveness }),
    limits: { ...(spec.mem_limit && { memoryBytes: spec.mem_limit }), ...(spec.cpu_limit && { cpus: spec.cpu_limit }) },
    ...(spec.start_limit !== undefined && { startLimit: spec.start_limit }),
    ...(spec.schedule !== undefined && { schedule: scheduleOf(spec) }),
    ...(wantsOAuth(spec) && { oauth: oauthOf(spec, prefix, roles) }),
  };
}

/** The description of a service that was created through the API, from its row. Never managed. */
export function specOfRow(row: ServiceRow, redirectUri: string | null): ServiceSpec {
  return {
    name: row.name,
    admin: fromDbBoolean(row.admin),
    url: row.url ?? '',
    info: fromDbJson(row.info, {}),
    display: row.display === null ? true : fromDbBoolean(row.display),
    oauth_no_confirm: fromDbBoolean(row.oauth_no_confirm),
    oauth_client_allowed_scopes: fromDbJson(row.oauth_client_allowed_scopes, []),
    oauth_client_id: row.oauth_client_id ?? '',
    oauth_redirect_uri: redirectUri ?? '',
    timeout: row.timeout,
  };
}

const scheduleOf = ({ schedule = '', timezone = '', missed = 'skip', run_timeout = DEFAULT_RUN_SECONDS }: ServiceSpec) => ({
  cron: schedule,
  timezone,
  missed,
  timeoutSeconds: run_timeout,
});

function oauthOf(spec: ServiceSpec, prefix: string, roles: ServiceContext['roles'] & object): ServiceOAuth {
  const scopes = spec.oauth_client_allowed_scopes?.length ? spec.oauth_client_allowed_scopes : scopesOfRoles(spec.oauth_roles ?? [], roles);
  return {
    clientId: clientIdOf(spec),
    redirectUri: spec.oauth_redirect_uri || `${prefix}oauth_callback`,
    noConfirm: spec.oauth_no_confirm ?? false,
    allowedScopes: [...new Set([...scopes, `access:services!service=${spec.name}`])].sort(),
  };
}

function scopesOfRoles(names: readonly string[], roles: ServiceContext['roles'] & object): string[] {
  return names.flatMap((name) => [...([...roles, ...DEFAULT_ROLES].find((role) => role.name === name && role.scopes)?.scopes ?? [])]);
}
