import { createHmac, timingSafeEqual } from 'node:crypto';

/** The pairs of a Cookie header in order; a name may come several times. Quoted values lose their quotes. */
export function parseCookies(header: string | undefined): [name: string, value: string][] {
  if (!header) return [];
  return header.split(';').flatMap((pair): [string, string][] => {
    const eq = pair.indexOf('=');
    return eq < 0 ? [] : [[pair.slice(0, eq).trim(), pair.slice(eq + 1).trim().replace(/^"(.*)"$/, '$1')]];
  });
}

export const cookieValues = (header: string | undefined, name: string): string[] =>
  parseCookies(header).flatMap(([key, value]) => (key === name ? [value] : []));

export interface CookieOptions {
  path: string;
  domain?: string;
  httpOnly?: boolean;
  secure?: boolean;
  sameSite?: string;
  /** Seconds. */
  maxAge?: number;
  expires?: Date;
}

/** A Set-Cookie line. */
export function serializeCookie(name: string, value: string, options: CookieOptions): string {
  const parts = [`${name}=${/[^\w!#$%&'*+.^`|~:=/-]|[|:]/.test(value) ? `"${value}"` : value}`];
  if (options.domain) parts.push(`Domain=${options.domain}`);
  if (options.expires) parts.push(`expires=${options.expires.toUTCString()}`);
  if (options.httpOnly) parts.push('HttpOnly');
  if (options.maxAge !== undefined) parts.push(`Max-Age=${options.maxAge}`);
  parts.push(`Path=${options.path}`);
  if (options.sameSite) parts.push(`SameSite=${options.sameSite}`);
  if (options.secure) parts.push('Secure');
  return parts.join('; ');
}

export const clearedCookie = (name: string, options: CookieOptions): string =>
  serializeCookie(name, '', { ...options, httpOnly: false, maxAge: undefined, expires: new Date(0) });

const field = (text: string) => `${Buffer.byteLength(text)}:${text}`;

const hmac = (secret: Buffer, text: string) => createHmac('sha256', secret).update(text).digest('hex');

/**
 * Signs a value as Tornado's version 2 does, so that logins made by JupyterHub stay valid
 * (reference hub-behaviour 7.2): `2|1:0|<time>|<name>|<base64 value>|<hmac>`, each field with its length.
 */
export function signValue(secret: Buffer, name: string, value: string, now = Date.now()): string {
  const base64 = Buffer.from(value).toString('base64');
  const body = `2|${field('0')}|${field(String(Math.floor(now / 1000)))}|${field(name)}|${field(base64)}|`;
  return body + hmac(secret, body);
}

/** Undoes `signValue`; undefined when the signature, the name or the age (in days) does not fit. */
export function readSignedValue(secret: Buffer, name: string, signed: string, maxAgeDays: number, now = Date.now()): string | undefined {
  const match = /^(2\|\d+:\d+\|\d+:(\d+)\|\d+:([^|]*)\|\d+:([^|]*)\|)([0-9a-f]{64})$/.exec(signed);
  if (!match) return undefined;
  const [, body, time, signedName, base64, signature] = match as unknown as [string, string, string, string, string, string];
  if (!timingSafeEqual(Buffer.from(signature), Buffer.from(hmac(secret, body)))) return undefined;
  const ageMs = now - Number(time) * 1000;
  const fresh = ageMs < maxAgeDays * 86_400_000 && ageMs > -31 * 86_400_000;
  return fresh && signedName === name ? Buffer.from(base64, 'base64').toString() : undefined;
}
