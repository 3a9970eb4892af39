import { hostname } from 'node:os';
import type { HubConfig } from './schema.js';

/** Every address the hub needs, computed once from the config (reference hub-behaviour 5.1). All paths end in `/`. */
export interface HubUrls {
  /** `B` in the reference: `/` or `/team/`. */
  baseUrl: string;
  /** `H` in the reference: `/hub/` or `/team/hub/`. */
  hubPrefix: string;
  /** `/hub/api` without a trailing slash. */
  apiPrefix: string;
  /** Where the proxy listens for people; `ip` is '' for all interfaces. */
  publicIp: string;
  publicPort: number;
  /** Where the hub itself listens. */
  hubIp: string;
  hubPort: number;
  /** scheme://host:port by which the proxy, servers and services reach the hub. */
  hubOrigin: string;
  /** `JUPYTERHUB_API_URL`: hubOrigin + apiPrefix. */
  apiUrl: string;
  /** `public_url` with a trailing slash, or '' when unknown. */
  publicUrl: string;
  /** scheme://host[:port] of public_url, or ''. */
  publicOrigin: string;
  /** An address a person on this machine can open, for the start-up message. */
  localUrl: string;
}

const ANY_ADDRESS = new Set(['', '0.0.0.0', '::', '*']);

export function hubUrls({ JupyterHub: hub }: HubConfig): HubUrls {
  const bind = parseBindUrl(hub.bind_url);
  const publicIp = hub.ip ?? bind.host;
  const publicPort = hub.port ?? bind.port;
  const baseUrl = withSlashes(hub.base_url ?? bind.path);
  const hubPrefix = `${baseUrl}hub/`;
  const hubBind = hub.hub_bind_url ? parseBindUrl(hub.hub_bind_url, hub.hub_port) : { host: hub.hub_ip, port: hub.hub_port };
  const connectHost = hub.hub_connect_ip || (ANY_ADDRESS.has(hubBind.host) ? hostname() : hubBind.host);
  const hubOrigin = hub.hub_connect_url
    ? new URL(hub.hub_connect_url).origin
    : `http://${bracketed(connectHost)}:${hubBind.port}`;
  const publicUrl = hub.public_url ? withTrailingSlash(hub.public_url) : '';
  const scheme = hub.ssl_cert ? 'https' : 'http';
  return {
    baseUrl,
    hubPrefix,
    apiPrefix: `${hubPrefix}api`,
    publicIp,
    publicPort,
    hubIp: hubBind.host,
    hubPort: hubBind.port,
    hubOrigin,
    apiUrl: `${hubOrigin}${hubPrefix}api`,
    publicUrl,
    publicOrigin: publicUrl && new URL(publicUrl).origin,
    localUrl: publicUrl || `${scheme}://${ANY_ADDRESS.has(publicIp) ? '127.0.0.1' : bracketed(publicIp)}:${publicPort}${baseUrl}`,
  };
}

/**
 * How programs on this machine reach the API, managed services among them: where the hub listens on all addresses, by the loopback,
 * and not by a host name that may not resolve or may lead through a firewall.
 */
export function localApiUrl(urls: Pick<HubUrls, 'hubIp' | 'hubPort' | 'apiPrefix' | 'apiUrl'>, hub: { hub_connect_ip: string; hub_connect_url: string }): string {
  const isChosen = hub.hub_connect_ip !== '' || hub.hub_connect_url !== '';
  if (isChosen || !ANY_ADDRESS.has(urls.hubIp)) return urls.apiUrl;
  return `http://127.0.0.1:${urls.hubPort}${urls.apiPrefix}`;
}

function parseBindUrl(text: string, defaultPort = 8000) {
  // `http://:8000` names no host, which the URL class refuses
  const match = /^https?:\/\/(\[[^\]]*\]|[^:/]*)(?::(\d+))?(\/.*)?$/.exec(text);
  if (!match) throw new TypeError(`cannot use ${text} as an address: expected http://HOST:PORT/PATH`);
  return { host: match[1]!.replace(/^\[|\]$/g, ''), port: Number(match[2] ?? defaultPort), path: match[3] ?? '/' };
}

const bracketed = (host: string) => (host.includes(':') ? `[${host}]` : host);
const withTrailingSlash = (path: string) => (path.endsWith('/') ? path : `${path}/`);
const withSlashes = (path: string) => withTrailingSlash(path.startsWith('/') ? path : `/${path}`);

/** Percent-encodes a name for a URL or route, keeping `@` and `~` as JupyterHub does (reference hub-behaviour, general rules). */
export function quoteName(name: string): string {
  return encodeURIComponent(name)
    .replace(/%40/g, '@')
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** The path below which one server answers: `/user/NAME/` or `/user/NAME/SERVER/`. */
export function serverPath(baseUrl: string, user: string, server: string): string {
  return `${baseUrl}user/${quoteName(user)}/${server && `${quoteName(server)}/`}`;
}
