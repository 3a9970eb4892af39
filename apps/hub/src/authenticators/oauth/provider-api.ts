import { UnavailableError } from '../../errors.js';
import type { ProviderFetch } from './provider-fetch.js';

export interface ApiAnswer {
  status: number;
  /** What the JSON says; undefined for an answer without. */
  json: unknown;
  headers: Headers;
}

/** Where the token goes. */
export type TokenMethod = 'header' | 'url';

const MOST_PAGES = 50;

/** Asks the API of a provider, as the person who logs in. */
export class ProviderApi {
  constructor(private readonly fetch: ProviderFetch) {}

  /** @throws UnavailableError when there is no answer */
  async get(url: string, token: string, { method = 'header', signal }: { method?: TokenMethod; signal?: AbortSignal | undefined } = {}): Promise<ApiAnswer> {
    const address = new URL(url);
    if (method === 'url') address.searchParams.set('access_token', token);
    const headers = { accept: 'application/json', ...(method === 'header' && { authorization: `Bearer ${token}` }) };
    const answer = await this.fetch(address.href, { headers, signal });
    return { status: answer.status, json: parsed(await answer.text()), headers: answer.headers };
  }

  /**
   * All pages of a list.
   * @param nextOf where the next page is; pages elsewhere than on the host of the first are not asked for
   * @throws UnavailableError when a page cannot be had
   */
  async pages(url: string, token: string, nextOf: (answer: ApiAnswer) => string | undefined, signal?: AbortSignal): Promise<unknown[]> {
    const { origin } = new URL(url);
    const pages: unknown[] = [];
    let next: string | undefined = url;
    while (next !== undefined && pages.length < MOST_PAGES) {
      const answer: ApiAnswer = await this.get(next, token, { signal });
      if (answer.status !== 200) throw new UnavailableError(`cannot ask ${new URL(url).host} for ${new URL(url).pathname}: because it answered ${answer.status}`);
      pages.push(answer.json);
      const following = nextOf(answer);
      next = following !== undefined && URL.canParse(following) && new URL(following).origin === origin ? following : undefined;
    }
    return pages;
  }
}

/** The address of the next page in a `Link` header (RFC 8288). */
export function nextLink({ headers }: Pick<ApiAnswer, 'headers'>): string | undefined {
  const links = (headers.get('link') ?? '').split(/,(?=\s*<)/);
  return links.map((link) => /^\s*<([^>]*)>.*;\s*rel="?next"?/i.exec(link)?.[1]).find(Boolean);
}

/** What the JSON says; undefined for anything else, which some answers are that are about their status alone. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
