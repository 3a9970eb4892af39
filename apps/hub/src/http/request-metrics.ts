import type { FastifyReply, FastifyRequest } from 'fastify';
import { requestDuration } from '../metrics.js';

/** A hook that notes how long each request took, by its route: addresses hold names of people, and there is no end of them. */
export function requestMetrics() {
  return (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    const handler = request.routeOptions.url ?? 'none';
    requestDuration.observe({ method: request.method, handler, code: reply.statusCode }, reply.elapsedTime / 1000);
    done();
  };
}
