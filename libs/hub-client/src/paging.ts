import type { RequestOptions, Transport } from './transport.js';

/** Asks list routes for the envelope (reference: JupyterHub REST API, pagination). */
const PAGINATION = 'application/jupyterhub-pagination+json';

interface Envelope<T> {
  items: T[];
  _pagination: { next: { url: string } | null };
}

/**
 * Walks a list route page by page, following `next.url` exactly as the hub gave it. A hub that answers with a plain list is fine too.
 *
 * @param query `limit` is the page's size; without it the hub decides
 * @throws what Transport.send throws, at whichever page it happens
 */
export async function* pages<T>(transport: Transport, path: string, options: RequestOptions): AsyncGenerator<T, void, undefined> {
  let target: string | undefined = transport.url(path, options.query);
  while (target) {
    const request = { accept: PAGINATION, signal: options.signal };
    const body: T[] | Envelope<T> = (await transport.send<T[] | Envelope<T>>('GET', target, request)).body;
    if (Array.isArray(body)) return yield* body;
    yield* body.items;
    target = body._pagination.next?.url;
  }
}
