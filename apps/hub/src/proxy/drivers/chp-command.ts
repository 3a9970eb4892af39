import { createRequire } from 'node:module';
import type { HubConfig } from '../../config/schema.js';
import type { HubUrls } from '../../config/urls.js';

const DEFAULT = 'configurable-http-proxy';

/** Secrets of the hub that the proxy has no use for. */
const KEPT_BACK = ['JPY_COOKIE_SECRET', 'JUPYTERHUB_CRYPT_KEY', 'CONFIGPROXY_AUTH_TOKEN'];

/** The program to run. The default is the one locked with Elara: what else is on PATH may be of another version, or broken. */
export function chpProgram(command: readonly string[]): string[] {
  if (!isDefault(command)) return [...command];
  return [process.execPath, createRequire(import.meta.url).resolve('configurable-http-proxy/bin/configurable-http-proxy')];
}

/** Its version, which it does not tell over its API; undefined for a program of the operator's. */
export function chpVersion(command: readonly string[]): string | undefined {
  if (!isDefault(command)) return undefined;
  return (createRequire(import.meta.url)('configurable-http-proxy/package.json') as { version: string }).version;
}

const isDefault = (command: readonly string[]): boolean => command.length === 1 && command[0] === DEFAULT;

/** The arguments of the proxy (reference hub-behaviour 3.2); nothing in them is secret. */
export function chpArguments(config: Pick<HubConfig, 'JupyterHub' | 'ConfigurableHTTPProxy'>, urls: HubUrls): string[] {
  const { ssl_key: key, ssl_cert: cert } = config.JupyterHub;
  const { debug, log_level: level, api_url: apiUrl } = config.ConfigurableHTTPProxy;
  const api = apiAddress(apiUrl);
  return [
    ...['--ip', urls.publicIp, '--port', String(urls.publicPort)],
    ...['--api-ip', api.ip, '--api-port', String(api.port)],
    ...['--error-target', `${urls.hubOrigin}${urls.hubPrefix}error`],
    ...['--log-level', debug ? 'debug' : level],
    ...(key ? ['--ssl-key', key] : []),
    ...(cert ? ['--ssl-cert', cert] : []),
  ];
}

export function apiAddress(apiUrl: string): { ip: string; port: number } {
  const { hostname, port, protocol } = new URL(apiUrl);
  return { ip: hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(port) || (protocol === 'https:' ? 443 : 80) };
}

/** The hub's own environment, for PATH and proxy settings, with the token by which the hub is known to the proxy. */
export function chpEnvironment(token: string, env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const passed = Object.entries(env).flatMap(([name, value]) => (value === undefined || KEPT_BACK.includes(name) ? [] : [[name, value]]));
  return { ...(Object.fromEntries(passed) as Record<string, string>), CONFIGPROXY_AUTH_TOKEN: token };
}
