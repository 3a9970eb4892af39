import type { RequestOptions, Transport } from './transport.js';

/** Asks list routes for the envelope (reference: JupyterHub REST API, pagination). */
const PAGINATION = 'application/jupyterhub-pagination+json';

interface Envelope<T> {
  items: T[];
  _pagination: { total: number; next: { url: string } | null };
}

/** A part of a list. */
export interface Page<T> {
  items: T[];
  /** How long the whole list is. */
  total: number;
}

/** One page of a list route; which one, `limit` and `offset` of the query say. @throws what Transport.send throws */
export async function page<T>(transport: Transport, path: string, { query, signal }: RequestOptions): Promise<Page<T>> {
  const { body } = await transport.send<Envelope<T>>('GET', path, { query, accept: PAGINATION, signal });
  return { items: body.items, total: body._pagination.total };
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
