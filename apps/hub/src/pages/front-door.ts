import type { FastifyReply, FastifyRequest } from 'fastify';
import type { HubUrls } from '../config/urls.js';

export interface Redirect {
  status: 301 | 302;
  location: string;
}

/**
 * Where addresses lead that are below the base URL, but not the hub's: what the proxy has no route for arrives here
 * (reference hub-behaviour 7.1).
 * @param url as routes see it: without the base URL
 * @returns undefined for the hub's own addresses
 */
export function frontDoor(url: string, urls: HubUrls): Redirect | undefined {
  const [path = '', ...rest] = url.split('?');
  const query = rest.length > 0 ? `?${rest.join('?')}` : '';
  if (path === '/hub') return { status: 301, location: urls.hubPrefix + query };
  if (path.startsWith('/hub/') || path.startsWith('/outside-of-base-url')) return undefined;
  if (/^\/(user|services)\/[^/]+$/.test(path)) return { status: 301, location: `${urls.baseUrl}${path.slice(1)}/${query}` };
  return { status: 302, location: `${urls.publicOrigin}${urls.hubPrefix}${path.replace(/^\/+/, '')}${query}` };
}

/** A hook that answers those addresses. */
export function frontDoorHook(urls: HubUrls) {
  return (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    const redirect = request.is404 && isRead ? frontDoor(request.url, urls) : undefined;
    if (redirect) void reply.redirect(redirect.location, redirect.status);
    else done();
  };
}
