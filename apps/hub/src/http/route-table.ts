import type { FastifyReply, FastifyRequest } from 'fastify';
import findMyWay, { type HTTPMethod } from 'find-my-way';
import { speaksJson } from './hub-request.js';

export interface Route {
  method: string;
  url: string;
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'] as const;

/** Which routes exist: to tell 405 from 404, to answer OPTIONS, and for tests that walk them all. */
export class RouteTable {
  readonly routes: Route[] = [];
  readonly #byPath = findMyWay({ maxParamLength: 4096 });

  add(method: string | string[], url: string): void {
    for (const one of [method].flat()) {
      this.routes.push({ method: one, url });
      if (!this.#byPath.hasRoute(one as HTTPMethod, url)) this.#byPath.on(one as HTTPMethod, url, () => undefined);
    }
  }

  /** Whether some other method is known at this path. */
  knowsPath(path: string): boolean {
    return METHODS.some((method) => this.#byPath.find(method, path) !== null);
  }

  /** A hook that answers what no route does: OPTIONS of a known path with 200, other methods of it with 405. */
  answerUnrouted() {
    return (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
      const path = request.url.split('?')[0]!;
      if (!request.is404 || !this.knowsPath(path)) return done();
      if (request.method === 'OPTIONS' && speaksJson(path)) void reply.code(200).send();
      else if (speaksJson(path)) void reply.code(405).type('application/json').send(JSON.stringify({ status: 405, message: 'Method Not Allowed' }));
      else void reply.code(405).type('text/html; charset=utf-8').send('<!doctype html><title>405</title><h1>405 Method Not Allowed</h1>');
    };
  }
}
