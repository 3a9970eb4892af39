import type { IncomingMessage, ServerResponse } from 'node:http';
import { describeError } from '../errors.js';
import type { Identity } from '../models.js';
import { html, type Html } from '../program/html.js';
import type { Log } from '../program/log.js';
import { hasType, isNavigation, pathOf, readBody, redirect, sendError, WebError } from '../program/responses.js';
import { heldScope } from './access.js';
import { Cookies, foreignCookie } from './cookies.js';
import { Login } from './login.js';
import { SealedBox } from './sealed-box.js';
import type { HubOAuthSettings } from './settings.js';
import { TokenVerifier } from './token-verifier.js';
import { checkXsrf, isWrite, xsrfToken } from './xsrf.js';

/** Bytes of a form that are read. */
const MAX_FORM_BYTES = 256 * 1024;

/** Somebody who may be here. */
export interface Visitor {
  identity: Identity;
  /** How they showed who they are: a browser's cookie, or a token in the Authorization header. */
  via: 'cookie' | 'header';
  /** To be sent back with every write, as form field `_xsrf` or header `X-XSRFToken`. */
  xsrf: string;
  /** The fields that were sent, when the request was a browser's form; other bodies are still to be read. */
  form?: URLSearchParams;
}

/**
 * Logs people in through the hub, for services and servers that speak `node:http`. A service hands every request that needs
 * a login to `guard`, and serves what comes back.
 */
export class HubOAuth {
  readonly #settings: HubOAuthSettings;
  readonly #log: Log | undefined;
  readonly #cookies: Cookies;
  readonly #box: SealedBox;
  readonly #login: Login;
  readonly #verifier: TokenVerifier;
  readonly #callbackPath: string;

  /** @param log is told about logins and about a hub that cannot be asked */
  constructor(settings: HubOAuthSettings, log?: Log) {
    this.#settings = settings;
    this.#log = log;
    this.#cookies = new Cookies(settings);
    this.#box = new SealedBox(settings.apiToken);
    this.#login = new Login(settings, this.#cookies, this.#box);
    this.#verifier = new TokenVerifier(settings.apiUrl);
    this.#callbackPath = new URL(settings.callbackUrl, `http://localhost${settings.prefix}`).pathname;
  }

  /**
   * Lets a request pass that somebody with access makes, and answers all others: browsers are sent to log in and come back to the
   * callback, which is answered here too; the rest is refused with 403. Writes by cookie need the visitor's `xsrf`.
   *
   * @returns undefined when the request has been answered
   */
  async guard(req: IncomingMessage, res: ServerResponse): Promise<Visitor | undefined> {
    try {
      if (pathOf(req) === this.#callbackPath) return await this.#callback(req, res);
      return await this.#admit(req, res);
    } catch (error) {
      if (!(error instanceof WebError)) throw error;
      if (error.cause) this.#log?.error(`cannot check a request: because ${describeError(error.cause)}`);
      sendError(req, res, error.status, error.message, this.#waysOut());
      return undefined;
    }
  }

  #waysOut(): Html[] {
    const { baseUrl, host, prefix } = this.#settings;
    return [html`<a href="${prefix}">Try again</a>`, html`<a href="${host}${baseUrl}hub/home">Hub home</a>`];
  }

  async #admit(req: IncomingMessage, res: ServerResponse): Promise<Visitor | undefined> {
    const header = headerToken(req);
    const token = header ?? this.#cookieToken(req);
    const identity = token === undefined ? undefined : await this.#verifier.verify(token, sessionOf(req));
    if (!token || !identity) return this.#refuseStranger(req, res, header !== undefined);
    if (!heldScope(this.#settings.accessScopes, identity.scopes))
      throw new WebError(403, `${identity.kind} ${identity.name} is not allowed.`);
    const visitor: Visitor = { identity, via: header ? 'header' : 'cookie', xsrf: xsrfToken(this.#settings.apiToken, token) };
    if (header) return visitor;
    if (isWrite(req) && hasType(req, 'application/x-www-form-urlencoded'))
      visitor.form = new URLSearchParams((await readBody(req, MAX_FORM_BYTES)).toString());
    this.#checkCookieUse(req, res, visitor);
    return visitor;
  }

  #refuseStranger(req: IncomingMessage, res: ServerResponse, hadHeader: boolean): undefined {
    // a script cannot log in, and each redirect would leave it another state cookie
    if (isWrite(req) || hadHeader || !isNavigation(req)) throw new WebError(403, 'Missing or invalid credentials.');
    redirect(res, this.#login.begin(req, res));
    return undefined;
  }

  #checkCookieUse(req: IncomingMessage, res: ServerResponse, { xsrf, form }: Visitor): void {
    checkXsrf(req, xsrf, form?.get('_xsrf'));
    if (!this.#cookies.all(req, '_xsrf').includes(xsrf)) this.#cookies.set(res, '_xsrf', xsrf, { httponly: false });
  }

  async #callback(req: IncomingMessage, res: ServerResponse): Promise<undefined> {
    if (req.method !== 'GET') throw new WebError(405, 'The login comes back with GET.');
    const { token, next } = await this.#login.finish(req, res);
    const identity = await this.#verifier.verify(token, sessionOf(req));
    if (!identity) throw new WebError(500, 'The hub does not know the token that it just gave out. Try logging in again.');
    this.#log?.info(`${identity.kind} ${identity.name} logged in`);
    const name = this.#settings.clientId;
    this.#cookies.set(res, name, this.#box.seal(name, token));
    redirect(res, next);
    return undefined;
  }

  /** Cookies of other hosts and paths may stand beside ours: the first that our key opens counts. */
  #cookieToken(req: IncomingMessage): string | undefined {
    const name = this.#settings.clientId;
    for (const sealed of this.#cookies.all(req, name)) {
      const token = this.#box.open(name, sealed);
      if (token !== undefined) return token;
    }
    return undefined;
  }
}

/** The hub's browser session, which all its services see; it ends with the log-out. */
const sessionOf = (req: IncomingMessage) => foreignCookie(req, 'jupyterhub-session-id');

const headerToken = (req: IncomingMessage) => /^(?:token|bearer)\s+(\S+)$/i.exec(req.headers.authorization ?? '')?.[1];
