import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How long a request may take to arrive, in milliseconds. */
const REQUEST_TIMEOUT_MS = 30_000;
/** How long answers under way may take once the program is told to end, in milliseconds. */
const CLOSE_GRACE_MS = 3_000;

/**
 * Listens where `url` says; port 0 takes a free one.
 *
 * @param url e.g. `http://127.0.0.1:10101/services/announcement/`; only host and port count
 * @returns the server and the port it got
 * @throws Error naming the address when it cannot be had
 */
export async function listen(url: string, listener: RequestListener): Promise<{ server: Server; port: number }> {
  const { hostname, port, protocol } = new URL(url);
  if (protocol !== 'http:') throw new Error(`cannot listen at ${url}: because only http:// is served`);
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, listener);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(url, error)));
    server.listen(Number(port || 80), hostname.replace(/^\[|\]$/g, ''), resolve);
  });
  return { server, port: (server.address() as AddressInfo).port };
}

function cannotListen(url: string, error: NodeJS.ErrnoException): Error {
  const reasons: Record<string, string> = {
    EADDRINUSE: 'another program has this port',
    EACCES: 'this account may not use this port',
    EADDRNOTAVAIL: 'this machine does not have that address',
  };
  return new Error(`cannot listen at ${new URL(url).origin}: because ${reasons[error.code ?? ''] ?? error.message}`, {
    cause: error,
  });
}

/** Takes no more requests, lets those under way finish for a while, then ends them. */
export function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}

/** Resolves when the signal fires. */
export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => (signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve(), { once: true })));
