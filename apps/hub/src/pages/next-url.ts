const LONGEST_NEXT = 8192;
const ANY_ORIGIN = 'http://no.host.invalid';

/**
 * Where a request wants to be sent next, if that is on this site: a path that begins with exactly one slash; otherwise ''.
 * Follows reference hub-behaviour 7.4 and is stricter where browsers read URLs more freely than they are written.
 * @param next as received: a path, or an address with our own scheme and host
 * @param origin scheme://host[:port] under which the browser knows this hub
 */
export function safeNext(next: string, origin: string): string {
  if (next.length > LONGEST_NEXT) return '';
  // browsers drop these before they read a URL, so that `/\t/host` is `//host` to them
  const read = next.replace(/[\0-\x1f\x7f]/g, '').trim().replaceAll('\\', '%5C').replace(/^\/{3,}/, '//');
  const path = pathOn(read, origin);
  if (!path.startsWith('/')) return '';
  const local = headerSafe(path.replace(/^\/+/, '/'));
  return staysHere(local) ? local : '';
}

/** The path of an address on `origin`; what names no host comes back as it is, what names another as ''. */
function pathOn(text: string, origin: string): string {
  if (!/^(?:[a-z][a-z0-9+.-]*:)?\/\//i.test(text)) return text;
  const end = /^(?:[a-z][a-z0-9+.-]*:)?\/\/[^/?#]*/i.exec(text)![0].length;
  const url = parse(text, origin);
  if (!url || url.origin !== new URL(origin).origin || url.username || url.password) return '';
  return text.slice(end).replace(/^(?=[?#]|$)/, '/');
}

function parse(text: string, base: string): URL | undefined {
  return URL.canParse(text, base) ? new URL(text, base) : undefined;
}

/** Percent-encodes what no header may carry. */
const headerSafe = (path: string) => path.replace(/[^\x21-\x7e]+/g, (chars) => encodeURIComponent(Buffer.from(chars).toString()));

/** The last word has a real URL parser. */
const staysHere = (path: string) => parse(path, ANY_ORIGIN)?.origin === ANY_ORIGIN;

/** Adds a request's other arguments to an address, for landing pages that were not asked for by `next`. */
export function withQuery(path: string, query: URLSearchParams): string {
  const text = new URLSearchParams([...query].filter(([name]) => name !== 'next' && name !== '_xsrf')).toString();
  if (!text) return path;
  return `${path}${path.includes('?') ? '&' : '?'}${text}`;
}
