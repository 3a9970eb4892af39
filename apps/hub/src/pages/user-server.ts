const LONGEST_WAIT_SECONDS = 10;
const COUNTER = 'redirects';

export interface Bounce {
  location: string;
  /** How long to wait before sending the browser round again, so that the route can appear. */
  waitMs: number;
}

/**
 * The next round of a browser that came to the hub although its server runs (reference hub-behaviour 7.7). The address counts the
 * rounds; undefined once there were too many.
 * @param url the wanted address: path and query
 */
export function nextBounce(url: string, limit: number): Bounce | undefined {
  const [path = '', queryText = ''] = split(url);
  const query = new URLSearchParams(queryText);
  const given = Number(query.get(COUNTER) ?? 0);
  const rounds = Number.isSafeInteger(given) && given > 0 ? given : 0;
  if (rounds >= limit) return undefined;
  query.set(COUNTER, String(rounds + 1));
  return { location: `${path}?${query}`, waitMs: rounds === 0 ? 0 : Math.min(2 ** rounds, LONGEST_WAIT_SECONDS) * 1000 };
}

function split(url: string): [path: string, query: string] {
  const mark = url.indexOf('?');
  return mark < 0 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)];
}

/** Whether a program asks, which can do nothing with a page: by its Accept header, or because the path is one of an API. */
export function wantsJson(accept: string | undefined, url: string): boolean {
  const preferred = (accept ?? '')
    .split(',')
    .map((entry) => entry.split(';').map((part) => part.trim().toLowerCase()))
    .map(([type = '', ...params]) => ({ type, quality: Number(params.find((param) => param.startsWith('q='))?.slice(2) ?? 1) }))
    .filter(({ type }) => type === 'application/json' || type === 'text/html')
    .sort((a, b) => b.quality - a.quality)[0];
  return preferred?.type === 'application/json' || split(url)[0].split('/').slice(4).includes('api');
}
