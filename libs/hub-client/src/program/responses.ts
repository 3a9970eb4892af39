import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import { html, page, PAGE_POLICY, type Html } from './html.js';

/** Ends a request with a status and a message that the person may read. */
export class WebError extends Error {
  constructor(
    readonly status: number,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'WebError';
  }
}

/** The path of a request without its query, as it was sent. */
export const pathOf = (req: IncomingMessage): string => (req.url ?? '/').split('?', 1)[0]!;

/** The query of a request. */
export const queryOf = (req: IncomingMessage): URLSearchParams =>
  new URLSearchParams((req.url ?? '').split('?').slice(1).join('?'));

/** True for requests that a browser makes to show a page (or that do not say what they are). */
export function isNavigation(req: IncomingMessage): boolean {
  const mode = req.headers['sec-fetch-mode'];
  const accept = req.headers.accept ?? '';
  return (mode === undefined || mode === 'navigate') && (!accept.includes('json') || accept.includes('text/html'));
}

/** Sends a body; HEAD requests get the headers alone. */
function send(res: ServerResponse, status: number, type: string, body: string | Buffer): void {
  res.writeHead(status, {
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(body),
    'X-Content-Type-Options': 'nosniff',
    // not no-referrer: browsers would then send `Origin: null` with forms
    'Referrer-Policy': 'same-origin',
    'Cache-Control': res.getHeader('Cache-Control') ?? 'no-store',
    'Content-Security-Policy': type.startsWith('text/html') ? PAGE_POLICY : "default-src 'none'; frame-ancestors 'none'; sandbox",
  });
  res.end(res.req.method === 'HEAD' ? undefined : body);
}

export const sendPage = (res: ServerResponse, body: string, status = 200): void =>
  send(res, status, 'text/html; charset=utf-8', body);

export const sendJson = (res: ServerResponse, body: unknown, status = 200): void =>
  send(res, status, 'application/json', JSON.stringify(body));

/** 302 for what was asked with GET; 303 makes the browser go on with GET after a form. */
export function redirect(res: ServerResponse, location: string, status: 302 | 303 = 302): void {
  res.writeHead(status, { Location: location, 'Cache-Control': 'no-store', 'Content-Length': 0 });
  res.end();
}

/**
 * Refuses a request: a page for people, `{status, message}` for programs.
 *
 * @param links where a person may go from there
 */
export function sendError(
  req: IncomingMessage,
  res: ServerResponse,
  status: number,
  message: string,
  links: readonly Html[] = [],
): void {
  // what is left of a body that was not read would be taken for the next request
  if (!req.complete) res.setHeader('Connection', 'close');
  if (!isNavigation(req)) return sendJson(res, { status, message }, status);
  const content = html`<div class="card">
    <h1>${status}</h1>
    <p class="text">${message}</p>
  </div>`;
  sendPage(res, page(STATUS_CODES[status] ?? 'Error', links, content), status);
}

/**
 * Reads a request's body.
 *
 * @param limit bytes
 * @throws WebError 413 when it is larger
 */
export async function readBody(req: IncomingMessage, limit: number): Promise<Buffer> {
  const tooLarge = () => new WebError(413, `The body is larger than ${limit} bytes.`);
  if (Number(req.headers['content-length'] ?? 0) > limit) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  // a destroyed request could not be answered any more
  for await (const chunk of req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** True when the request's body says it is of this media type. */
export const hasType = (req: IncomingMessage, type: string): boolean =>
  (req.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase() === type;
