import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { reasonOf } from './error-status.js';
import { speaksJson } from './hub-request.js';

const STATUS: Record<string, number> = { ERR_HTTP_REQUEST_TIMEOUT: 408, HPE_HEADER_OVERFLOW: 431 };

const errorBody = (status: number, message: string): string => JSON.stringify({ status, message });

/** Answers for the router when an address cannot be decoded: no controller and no filter comes to see such a request. */
export function answerUnreadableUrl(error: { statusCode?: number }, request: FastifyRequest, reply: FastifyReply): void {
  const status = error.statusCode ?? 400;
  void reply.code(status);
  if (speaksJson(request.url.split('?')[0]!)) void reply.type('application/json').send(errorBody(status, reasonOf(status)));
  else void reply.type('text/plain; charset=utf-8').send(reasonOf(status));
}

/** Answers what is no HTTP, too long in its headers or too slow, and hangs up. */
export function answerUnreadableRequest(error: { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const status = STATUS[error.code ?? ''] ?? 400;
  const reason = STATUS_CODES[status]!;
  const body = errorBody(status, reason);
  socket.end(`HTTP/1.1 ${status} ${reason}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`, () => socket.destroy());
}
