import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { HubOAuthSettings } from './settings.js';

/** The service's own cookies: HttpOnly, SameSite=Lax, only sent below its prefix. */
export class Cookies {
  readonly #prefix: string;
  readonly #path: string;
  readonly #secureAlways: boolean;
  readonly #overrides: Record<string, unknown>;

  constructor({ cookieHostPrefix, cookieOptions, host, prefix }: HubOAuthSettings) {
    this.#prefix = cookieHostPrefix ? '__Host-' : '';
    this.#path = cookieHostPrefix ? '/' : prefix;
    this.#secureAlways = cookieHostPrefix || host.startsWith('https:');
    const overrides = Object.entries(cookieOptions).map(([name, value]) => [name.toLowerCase(), value] as const);
    // browsers drop a `__Host-` cookie that names a domain or another path
    this.#overrides = Object.fromEntries(overrides.filter(([name]) => !(cookieHostPrefix && ['domain', 'path'].includes(name))));
  }

  /** All values that the browser sent under this name, most specific path first. */
  all(req: IncomingMessage, name: string): string[] {
    return cookiesOf(req).flatMap(([key, value]) => (key === this.#prefix + name ? [value] : []));
  }

  /** Names that start like this, without the host prefix. */
  names(req: IncomingMessage, start: string): string[] {
    const full = this.#prefix + start;
    return cookiesOf(req).flatMap(([key]) => (key.startsWith(full) ? [key.slice(this.#prefix.length)] : []));
  }

  /** @param attributes added to (or put over) the usual ones; `maxage` in seconds, without it until the browser closes */
  set(res: ServerResponse, name: string, value: string, attributes: Record<string, unknown> = {}): void {
    const usual = { path: this.#path, httponly: true, samesite: 'Lax', secure: this.#secureAlways || isHttps(res.req) };
    const line = serialise(this.#prefix + name, value, { ...usual, ...this.#overrides, ...attributes });
    res.appendHeader('Set-Cookie', line);
  }

  clear(res: ServerResponse, name: string): void {
    this.set(res, name, '', { maxage: 0 });
  }
}

/** The value of a cookie that somebody else set, e.g. the hub. */
export const foreignCookie = (req: IncomingMessage, name: string): string =>
  cookiesOf(req).find(([key]) => key === name)?.[1] ?? '';

function cookiesOf(req: IncomingMessage): [string, string][] {
  return (req.headers.cookie ?? '').split(';').map((pair) => {
    const at = pair.indexOf('=');
    return [
      pair.slice(0, Math.max(at, 0)).trim(),
      pair
        .slice(at + 1)
        .trim()
        .replace(/^"(.*)"$/, '$1'),
    ];
  });
}

const ATTRIBUTES: Record<string, string> = {
  path: 'Path',
  domain: 'Domain',
  expires: 'Expires',
  maxage: 'Max-Age',
  'max-age': 'Max-Age',
  max_age: 'Max-Age',
  httponly: 'HttpOnly',
  secure: 'Secure',
  samesite: 'SameSite',
};

function serialise(name: string, value: string, attributes: Record<string, unknown>): string {
  const parts = Object.entries(attributes).flatMap(([key, setting]) => {
    const attribute = ATTRIBUTES[key];
    if (!attribute || setting === false || setting === null || setting === undefined) return [];
    return setting === true ? attribute : `${attribute}=${String(setting as string)}`;
  });
  return [`${name}=${value}`, ...parts].join('; ');
}

/** Whether the browser spoke https, to us or to the proxy in front. */
function isHttps(req: IncomingMessage): boolean {
  const forwarded = String(req.headers['x-forwarded-proto'] ?? '');
  return (
    (forwarded ? forwarded.split(',')[0]!.trim() : (req.socket as Partial<TLSSocket>).encrypted ? 'https' : 'http') === 'https'
  );
}
