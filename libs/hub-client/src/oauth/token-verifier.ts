import { HubApiError } from '../errors.js';
import { HubClient } from '../hub-client.js';
import type { Identity } from '../models.js';
import { WebError } from '../program/responses.js';
import { sha256 } from './digest.js';

/** How long an answer of the hub is believed: the longest time for which a revoked token still opens the service. */
const CACHE_SECONDS = 300;
const MAX_KNOWN = 2_000;
const TIMEOUT_MS = 20_000;

interface Known {
  identity: Promise<Identity | undefined>;
  until: number;
}

/** Asks the hub whose token it is, and remembers the answer (also "nobody's") for each browser session. */
export class TokenVerifier {
  readonly #apiUrl: string;
  readonly #known = new Map<string, Known>();

  constructor(apiUrl: string) {
    this.#apiUrl = apiUrl;
  }

  /**
   * @param sessionId the hub's session cookie: a logout ends it, and with it what was remembered
   * @returns undefined when the hub knows no such token
   * @throws WebError 502 when the hub cannot be asked, 500 when it does not accept the question
   */
  async verify(token: string, sessionId: string): Promise<Identity | undefined> {
    const key = `${sessionId}:${sha256(token)}`;
    const known = this.#known.get(key);
    if (known && known.until > Date.now()) return known.identity;
    const identity = this.#ask(token);
    this.#remember(key, identity);
    return identity;
  }

  #remember(key: string, identity: Promise<Identity | undefined>): void {
    this.#known.delete(key);
    if (this.#known.size >= MAX_KNOWN) this.#known.delete(this.#known.keys().next().value!);
    this.#known.set(key, { identity, until: Date.now() + CACHE_SECONDS * 1000 });
    identity.catch(() => this.#known.delete(key));
  }

  async #ask(token: string): Promise<Identity | undefined> {
    try {
      return await new HubClient({ apiUrl: this.#apiUrl, token, timeoutMs: TIMEOUT_MS }).whoami();
    } catch (error) {
      if (error instanceof HubApiError && error.status === 403) return undefined;
      const refused = error instanceof HubApiError && error.status < 500;
      throw refused
        ? new WebError(500, 'Failed to check authorization with the hub.', { cause: error })
        : new WebError(502, 'The hub could not be asked who you are. Please try again in a moment.', { cause: error });
    }
  }
}
