import { Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { HubRequest } from './hub-request.js';

const log = new Logger('http');
const SLOW_MS = 1000;
const LONGEST_URL = 2000;
const SECRET_ARGUMENT = /([?&][^=&]*(?:token|auth|key|code|state|_xsrf)[^=&]*=)[^&]*/gi;

/** A hook that writes one line per answer, in the form and at the levels of reference hub-behaviour 5.5. */
export function requestLog() {
  return (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    const ms = reply.elapsedTime;
    const location = reply.statusCode >= 300 && reply.statusCode < 400 ? reply.getHeader('location') : undefined;
    const who = (request as HubRequest).caller?.name ?? '';
    const target = shown(request.originalUrl) + (location ? ` -> ${shown(String(location))}` : '');
    write(level(request, reply.statusCode, ms), `${reply.statusCode} ${request.method} ${target} (${who}@${addressOf(request)}) ${ms.toFixed(2)}ms`);
    done();
  };
}

type Level = 'debug' | 'log' | 'warn' | 'error';

function level({ url }: FastifyRequest, status: number, ms: number): Level {
  if (status >= 500) return 'error';
  if (status >= 400) return 'warn';
  const routine = status === 304 || url.startsWith('/hub/static/') || /^\/hub\/(api\/)?health$/.test(url);
  return routine && ms < SLOW_MS ? 'debug' : 'log';
}

const write = (to: Level, line: string) => log[to](line);

/** A URL without secrets, control characters or endless length. */
export function shown(url: string): string {
  const masked = url.slice(0, LONGEST_URL).replace(SECRET_ARGUMENT, '$1[secret]');
  return masked.replace(/[^\x20-\x7e]/g, (char) => `\\u${char.codePointAt(0)!.toString(16).padStart(4, '0')}`);
}

/** The address of the browser, as the proxies that are trusted report it (see `trustedHop`); '' once the connection is gone. */
export function addressOf(request: FastifyRequest): string {
  const ip = request.ip as string | undefined;
  return (ip ?? '').replace(/[^0-9a-fA-F.:]/g, '').slice(0, 45);
}
