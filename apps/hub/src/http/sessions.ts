import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { HUB_CONFIG, HUB_URLS } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import type { HubUrls } from '../config/urls.js';
import type { Caller } from '../identity/caller.js';
import { CallerResolver } from '../identity/caller-resolver.js';
import { clearedCookie, type CookieOptions, cookieValues, readSignedValue, serializeCookie, signValue } from './cookies.js';
import type { HubReply, HubRequest } from './hub-request.js';
import { schemeOf } from './pagination.js';
import { Xsrf, XSRF_COOKIE } from './xsrf.js';

/** Injection token of the key that signs cookies (a Buffer). */
export const COOKIE_SECRET = Symbol('COOKIE_SECRET');

export const SESSION_COOKIE = 'jupyterhub-session-id';
const SERVICES_COOKIE = 'jupyterhub-services';
const LOGIN_COOKIE_DAYS = 30;
const ANONYMOUS_XSRF_SECONDS = 3600;

/** Browser sessions: the three cookies of reference rest-api 4.2. */
@Injectable()
export class Sessions {
  readonly xsrf: Xsrf;

  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    @Inject(HUB_URLS) private readonly urls: HubUrls,
    @Inject(COOKIE_SECRET) private readonly secret: Buffer,
    private readonly callers: CallerResolver,
  ) {
    this.xsrf = new Xsrf(secret);
  }

  /** The person whose login cookie the request carries. */
  async callerOf(request: HubRequest): Promise<Caller | undefined> {
    const [found] = this.signedCookies(request, this.#loginCookie, this.config.JupyterHub.cookie_max_age_days);
    return found && this.callers.byCookie(found.value, cookieValues(request.headers.cookie, SESSION_COOKIE)[0] ?? '');
  }

  /** The person for whom the hub signed this value, for a service that was shown it as the cookie `name`. */
  async callerOfValue(name: string, signed: string): Promise<Caller | undefined> {
    const cookieId = readSignedValue(this.secret, name, signed.replace(/^"(.*)"$/, '$1'), this.config.JupyterHub.cookie_max_age_days);
    return cookieId === undefined ? undefined : this.callers.byCookie(cookieId, '');
  }

  /**
   * Logs a browser in. The session id is new, so that one planted before the login is worth nothing.
   * @param cookieId `users.cookie_id`
   */
  async open(request: HubRequest, reply: HubReply, cookieId: string): Promise<Caller | undefined> {
    const sessionId = randomUUID().replaceAll('-', '');
    const signed = signValue(this.secret, this.#loginCookie, cookieId);
    this.#set(request, reply, SESSION_COOKIE, sessionId, { path: this.urls.baseUrl, httpOnly: true });
    this.#set(request, reply, this.#loginCookie, signed, { path: this.#loginPath, httpOnly: true, expires: inDays(LOGIN_COOKIE_DAYS) });
    request.caller = await this.callers.byCookie(cookieId, sessionId);
    this.#setXsrf(request, reply, this.xsrf.issue(request.caller));
    return request.caller;
  }

  /** The values, signed by this hub for a cookie of this name, that the request carries and that are not older than so many days. */
  signedCookies(request: HubRequest, name: string, days: number): { value: string; signed: string }[] {
    return cookieValues(request.headers.cookie, name).flatMap((signed) => {
      const value = readSignedValue(this.secret, name, signed, days);
      return value === undefined ? [] : [{ value, signed }];
    });
  }

  /** Leaves a signed value in the browser, for pages of the hub alone. */
  setSigned(request: HubRequest, reply: HubReply, name: string, value: string, days: number): void {
    this.#set(request, reply, name, signValue(this.secret, name, value), { path: this.urls.hubPrefix, httpOnly: true, expires: inDays(days) });
  }

  /** Takes such a value out of the browser again. */
  clearSigned(request: HubRequest, reply: HubReply, name: string): void {
    this.#clear(request, reply, name, this.urls.hubPrefix);
  }

  /** Forgets the session of the browser: clears its cookies. */
  close(request: HubRequest, reply: HubReply): void {
    this.#clear(request, reply, SESSION_COOKIE, this.urls.baseUrl);
    this.#clear(request, reply, this.#loginCookie, this.#loginPath);
    this.#clear(request, reply, SERVICES_COOKIE, `${this.urls.baseUrl}services`);
    this.#clear(request, reply, XSRF_COOKIE, this.urls.hubPrefix);
  }

  /** The XSRF token for a page; sets the cookie when the browser has none that is good for this session. */
  xsrfToken(request: HubRequest, reply: HubReply): string {
    const current = this.xsrf.current(request, request.caller);
    if (current) return current;
    const fresh = this.xsrf.issue(request.caller);
    this.#setXsrf(request, reply, fresh);
    return fresh;
  }

  get #loginCookie(): string {
    return this.config.JupyterHub.cookie_host_prefix_enabled ? '__Host-jupyterhub-hub-login' : 'jupyterhub-hub-login';
  }

  get #loginPath(): string {
    return this.config.JupyterHub.cookie_host_prefix_enabled ? '/' : this.urls.hubPrefix;
  }

  #setXsrf(request: HubRequest, reply: HubReply, value: string): void {
    this.#set(request, reply, XSRF_COOKIE, value, { path: this.urls.hubPrefix, maxAge: request.caller ? undefined : ANONYMOUS_XSRF_SECONDS });
  }

  #set(request: HubRequest, reply: HubReply, name: string, value: string, options: CookieOptions): void {
    // as in JupyterHub, the XSRF cookie is Secure only when the operator says so
    const secure = name !== XSRF_COOKIE && (name.startsWith('__Host-') || this.#isSecure(request));
    const { path } = options;
    addCookie(reply, serializeCookie(name, value, { sameSite: 'Lax', secure, ...options, ...this.#operatorOptions(name), path }));
  }

  #clear(request: HubRequest, reply: HubReply, name: string, path: string): void {
    addCookie(reply, clearedCookie(name, { path, secure: name.startsWith('__Host-') || this.#isSecure(request) }));
  }

  #isSecure(request: HubRequest): boolean {
    return this.urls.publicUrl ? this.urls.publicUrl.startsWith('https:') : schemeOf(request) === 'https';
  }

  /** `tornado_settings.cookie_options`, and `xsrf_cookie_kwargs` for that cookie, in the spellings that operators use there. */
  #operatorOptions(name: string): Partial<CookieOptions> {
    const { cookie_options, xsrf_cookie_kwargs } = this.config.JupyterHub.tornado_settings;
    const given = Object.entries({ ...cookie_options, ...(name === XSRF_COOKIE && xsrf_cookie_kwargs) });
    const found = new Map(given.map(([key, value]) => [key.toLowerCase(), value]));
    const options: Partial<CookieOptions> = {};
    if (found.has('samesite')) options.sameSite = String(found.get('samesite'));
    if (found.has('secure')) options.secure = Boolean(found.get('secure'));
    if (found.has('domain')) options.domain = String(found.get('domain'));
    return options;
  }
}

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);

function addCookie(reply: HubReply, line: string): void {
  const before = [reply.getHeader('set-cookie') ?? []].flat() as string[];
  void reply.header('set-cookie', line);
  // Fastify appends Set-Cookie lines by itself; a cookie set twice in one answer keeps its last value only
  const name = line.slice(0, line.indexOf('=') + 1);
  if (before.some((other) => other.startsWith(name))) {
    reply.removeHeader('set-cookie');
    void reply.header('set-cookie', [...before.filter((other) => !other.startsWith(name)), line]);
  }
}
