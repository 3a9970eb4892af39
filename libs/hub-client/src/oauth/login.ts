import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { HubApiError } from '../errors.js';
import { queryOf, WebError } from '../program/responses.js';
import type { Cookies } from './cookies.js';
import { sameText, sha256 } from './digest.js';
import type { SealedBox } from './sealed-box.js';
import type { HubOAuthSettings } from './settings.js';
import { exchangeCode } from './token-endpoint.js';

/** Seconds within which a login begun here must come back. */
const LOGIN_SECONDS = 600;
/** More logins begun at once than anybody has tabs for: a page that reloads itself must not fill the cookie header. */
const MAX_BEGUN = 8;

/** A login under way, kept in the browser: encrypted, in a cookie of its own for each tab. */
interface BegunLogin {
  state: string;
  verifier: string;
  next: string;
  begun: number;
}

/** The authorization-code flow with PKCE, from the service's side (reference: REST API 5.2; RFC 6749 4.1, RFC 7636). */
export class Login {
  readonly #settings: HubOAuthSettings;
  readonly #cookies: Cookies;
  readonly #box: SealedBox;

  constructor(settings: HubOAuthSettings, cookies: Cookies, box: SealedBox) {
    this.#settings = settings;
    this.#cookies = cookies;
    this.#box = box;
  }

  /**
   * Remembers in a cookie what the browser wanted, and where to send it to log in.
   *
   * @returns the hub's authorize URL
   */
  begin(req: IncomingMessage, res: ServerResponse): string {
    const { baseUrl, callbackUrl, clientId, host } = this.#settings;
    const login = { state: randomText(16), verifier: randomText(32), next: this.#nextOf(req), begun: Date.now() };
    this.#clearCrowd(req, res);
    const name = this.#cookieName(login.state);
    this.#cookies.set(res, name, this.#box.seal(name, JSON.stringify(login)), { maxage: LOGIN_SECONDS });
    const query = new URLSearchParams({
      client_id: clientId,
      redirect_uri: callbackUrl,
      response_type: 'code',
      state: login.state,
      code_challenge: sha256(login.verifier),
      code_challenge_method: 'S256',
    });
    return `${host}${baseUrl}hub/api/oauth2/authorize?${query.toString()}`;
  }

  /**
   * Takes the browser back from the hub: compares the state, and swaps the code for a token.
   *
   * @returns the person's token and the path they wanted
   * @throws WebError 400 for refusals by the hub and missing parameters, 403 when the state is not this browser's
   */
  async finish(req: IncomingMessage, res: ServerResponse): Promise<{ token: string; next: string }> {
    const query = queryOf(req);
    const refusal = query.get('error');
    if (refusal) throw new WebError(400, `Error in oauth: ${query.get('error_description') || refusal}`);
    const state = query.get('state');
    const code = query.get('code');
    if (!state || !code) throw new WebError(400, `oauth callback made without a ${state ? 'code' : 'state'}`);
    const { verifier, next } = this.#take(req, res, state);
    return { token: await this.#swap(code, verifier), next };
  }

  #take(req: IncomingMessage, res: ServerResponse, state: string): BegunLogin {
    const name = this.#cookieName(state);
    const logins = this.#cookies.all(req, name).flatMap((sealed) => this.#open(name, sealed));
    const login = logins.find((begun) => sameText(begun.state, state) && begun.begun > Date.now() - LOGIN_SECONDS * 1000);
    if (!login) throw new WebError(403, 'oauth state does not match. Try logging in again.');
    this.#cookies.clear(res, name);
    return login;
  }

  #open(name: string, sealed: string): BegunLogin[] {
    const text = this.#box.open(name, sealed);
    return text === undefined ? [] : [JSON.parse(text) as BegunLogin];
  }

  async #swap(code: string, verifier: string): Promise<string> {
    try {
      return await exchangeCode(this.#settings, code, verifier);
    } catch (error) {
      const expired = error instanceof HubApiError && error.status === 400;
      throw expired
        ? new WebError(403, 'This login has expired. Try logging in again.', { cause: error })
        : new WebError(502, 'The hub did not complete the login. Please try again in a moment.', { cause: error });
    }
  }

  #clearCrowd(req: IncomingMessage, res: ServerResponse): void {
    const begun = this.#cookies.names(req, `${this.#settings.clientId}-oauth-state-`);
    if (begun.length >= MAX_BEGUN) for (const name of begun) this.#cookies.clear(res, name);
  }

  #cookieName(state: string): string {
    return `${this.#settings.clientId}-oauth-state-${sha256(state).slice(0, 8)}`;
  }

  #nextOf(req: IncomingMessage): string {
    const wanted = req.url ?? '';
    // `//host` and `/\host` lead elsewhere
    return wanted.startsWith(this.#settings.prefix) && !/^\/[/\\]/.test(wanted) ? wanted : this.#settings.prefix;
  }
}

const randomText = (bytes: number) => randomBytes(bytes).toString('base64url');
