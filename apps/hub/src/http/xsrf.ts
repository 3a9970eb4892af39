import { randomBytes, timingSafeEqual } from 'node:crypto';
import { NotAllowedError } from '../errors.js';
import type { Caller } from '../identity/caller.js';
import { cookieValues, readSignedValue, signValue } from './cookies.js';
import type { HubRequest } from './hub-request.js';
import { schemeOf } from './pagination.js';

export const XSRF_COOKIE = '_xsrf';

const MAX_AGE_DAYS = 31;
const ANONYMOUS = 'anonymous:';
const READ_ONLY = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * XSRF tokens: the `_xsrf` cookie, signed, and repeated in a header, form field or query argument (reference rest-api 4.4).
 * For people who are logged in it is bound to the session; before that to a random number, never to an address.
 */
export class Xsrf {
  constructor(private readonly secret: Buffer) {}

  /** The value of a fresh cookie. */
  issue(caller: Caller | undefined): string {
    const payload = boundTo(caller) ?? `${ANONYMOUS}${randomBytes(16).toString('hex')}`;
    return Buffer.from(signValue(this.secret, XSRF_COOKIE, payload)).toString('base64url');
  }

  /** The request's own cookie, if it is still good for this caller; of several, the first that is. */
  current(request: HubRequest, caller: Caller | undefined): string | undefined {
    return cookieValues(request.headers.cookie, XSRF_COOKIE).find((value) => this.#isValid(value, caller));
  }

  /**
   * @param argument what the request repeats; see `xsrfArgument`
   * @throws NotAllowedError when the request does not prove that it comes from one of our pages.
   */
  check(request: HubRequest, argument: string | undefined): void {
    if (!argument) throw new NotAllowedError(`'_xsrf' argument missing from ${request.method}`);
    const cookies = cookieValues(request.headers.cookie, XSRF_COOKIE);
    if (!cookies.some((cookie) => sameText(cookie, argument))) {
      throw new NotAllowedError(`XSRF cookie does not match ${request.method} argument`);
    }
    if (!this.#isValid(argument, request.caller)) throw new NotAllowedError("'_xsrf' argument invalid");
  }

  #isValid(value: string, caller: Caller | undefined): boolean {
    const payload = readSignedValue(this.secret, XSRF_COOKIE, Buffer.from(value, 'base64url').toString(), MAX_AGE_DAYS);
    const wanted = boundTo(caller);
    return payload !== undefined && (wanted ? sameText(payload, wanted) : payload.startsWith(ANONYMOUS));
  }
}

const boundTo = (caller: Caller | undefined) => caller?.session && `${caller.session.id}:${caller.session.cookieId}`;

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Where a request repeats its token: query, form field, or one of two headers. */
export function xsrfArgument(request: HubRequest): string | undefined {
  const query = (request.query as Record<string, string | string[] | undefined>)[XSRF_COOKIE];
  const header = request.headers['x-xsrftoken'] ?? request.headers['x-csrftoken'];
  return [query, formField(request), header].flat().find((value) => value !== undefined && value !== '');
}

function formField(request: HubRequest): string | undefined {
  const isForm = String(request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
  return isForm && Buffer.isBuffer(request.body) ? (new URLSearchParams(request.body.toString()).get(XSRF_COOKIE) ?? undefined) : undefined;
}

/** Whether a request of the API must carry the token; tokens of the `Authorization` header prove intent by themselves. */
export function apiNeedsXsrf(request: HubRequest): boolean {
  const { method, headers, caller } = request;
  if (caller?.token || method === 'HEAD' || method === 'OPTIONS') return false;
  if (!caller && !headers.origin) return false;
  return !(READ_ONLY.has(method) && isHarmlessFetch(headers['sec-fetch-mode'], headers['sec-fetch-site']));
}

function isHarmlessFetch(mode: string | string[] | undefined, site: string | string[] | undefined): boolean {
  return mode === undefined || mode === 'navigate' || mode === 'websocket' || (mode === 'no-cors' && site === 'same-origin');
}

export const pageNeedsXsrf = (request: HubRequest): boolean => !READ_ONLY.has(request.method) && !request.caller?.token;

/** A browser that says the request comes from somewhere else is believed: a second wall behind the token. */
export function comesFromElsewhere(request: HubRequest): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site === 'cross-site' || site === 'same-site') return true;
  const { origin, host } = request.headers;
  return site === undefined && origin !== undefined && origin !== 'null' && origin !== `${schemeOf(request)}://${host}`;
}
