import { withDeadline } from './deadline.js';
import { DeadlineError, HubApiError, HubUnreachableError } from './errors.js';

/** Where the hub's API is and how to ask it. */
export interface TransportOptions {
  /** E.g. `http://127.0.0.1:8081/hub/api`; a trailing slash makes no difference. */
  apiUrl: string;
  /** Sent as `Authorization: token …`; leave out for routes that are open. */
  token?: string;
  /** In a page of the hub, in place of a token: what proves that the session's cookie, which the browser adds, is used by that page. */
  xsrfToken?: string;
  /** Milliseconds that one request, with its answer's body, may take. Default 60000. */
  timeoutMs?: number;
}

/** What a request may carry besides method and path. */
export interface RequestOptions {
  query?: Record<string, string | number | boolean | undefined>;
  /** Sent as JSON. */
  body?: unknown;
  accept?: string;
  /** Ends the request early. */
  signal?: AbortSignal | undefined;
}

/** An answer with a status below 300. */
export interface HubAnswer<T> {
  status: number;
  body: T;
}

/** Sends requests to the hub's API, each with a deadline, and reads the answers. */
export class Transport {
  readonly apiUrl: string;
  readonly #credentials: Record<string, string>;
  readonly #timeoutMs: number;

  constructor({ apiUrl, token, xsrfToken, timeoutMs = 60_000 }: TransportOptions) {
    this.apiUrl = apiUrl.replace(/\/+$/, '');
    this.#credentials = { ...(token && { Authorization: `token ${token}` }), ...(xsrfToken && { 'X-XSRFToken': xsrfToken }) };
    this.#timeoutMs = timeoutMs;
  }

  /** The full URL of an API path; undefined query values are left out. */
  url(path: string, query: RequestOptions['query'] = {}): string {
    const given = Object.entries(query).filter(([, value]) => value !== undefined);
    const search = new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString();
    return `${this.apiUrl}${path}${search && `?${search}`}`;
  }

  /**
   * Sends one request and reads the whole answer as JSON (undefined when empty).
   *
   * @param target an API path such as `/users`, or a full URL that the hub gave
   * @throws HubApiError when the hub refuses, HubUnreachableError when it does not answer in time
   */
  async send<T>(method: string, target: string, options: RequestOptions = {}): Promise<HubAnswer<T>> {
    return this.open(method, target, options, async (response) => {
      const text = await response.text();
      return { status: response.status, body: (text ? JSON.parse(text) : undefined) as T };
    });
  }

  /** Like `send`, but hands the answer over as it comes; `read` shares the request's deadline. */
  async open<T>(
    method: string,
    target: string,
    { query, body, accept, signal }: RequestOptions,
    read: (response: Response, signal: AbortSignal) => Promise<T>,
    timeoutMs = this.#timeoutMs,
  ): Promise<T> {
    const url = target.startsWith('/') ? this.url(target, query) : target;
    const request = `${method} ${new URL(url).pathname}`;
    const headers = this.#headers(method, body, accept);
    const payload = body === undefined ? {} : { body: new TextEncoder().encode(JSON.stringify(body)) };
    try {
      return await withDeadline(timeoutMs, signal, async (inner) => {
        const response = await fetch(url, { method, headers, ...payload, signal: inner });
        if (!response.ok) throw new HubApiError(response.status, await refusal(response), request);
        return read(response, inner);
      });
    } catch (error) {
      if (error instanceof HubApiError || signal?.aborted) throw error;
      throw new HubUnreachableError(`cannot ${request} at ${new URL(url).origin}: because ${reasonOf(error)}`, { cause: error });
    }
  }

  #headers(method: string, body: unknown, accept = 'application/json'): Record<string, string> {
    // JupyterHub's own clients send none with DELETE
    const typed = body !== undefined && method !== 'DELETE';
    return { Accept: accept, ...this.#credentials, ...(typed && { 'Content-Type': 'application/json' }) };
  }
}

async function refusal(response: Response): Promise<string> {
  const text = await response.text();
  try {
    const { message, error_description, error } = JSON.parse(text) as Record<string, unknown>;
    return String(message ?? error_description ?? error ?? response.statusText);
  } catch {
    return response.statusText;
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof DeadlineError) return error.message;
  if (error instanceof SyntaxError) return 'the answer is no JSON';
  const cause = error instanceof Error && error.cause ? error.cause : error;
  const { code, message } = cause as { code?: string; message?: string };
  return message || code || String(cause);
}
