import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * A hook that ends websockets at once. The hub has none; those that reach it are for servers that do not run, from tabs that were left
 * open. An ordinary answer would leave the connection open, and a proxy with thousands of them (reference what-operators-ask A6).
 */
export function refuseWebsockets(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  if (request.headers.upgrade?.toLowerCase() !== 'websocket') return done();
  void reply.code(424).header('Connection', 'close').type('text/plain').send('The server is not running.');
}
