import type { IncomingMessage } from 'node:http';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import type { HubUrls } from '../config/urls.js';
import type { AuditEntry } from './audit-entry.js';
import { auditAddress, auditHook } from './audit-hook.js';
import { canonicalUrl } from './canonical-url.js';
import { readBody } from './read-body.js';
import { refuseWebsockets } from './refuse-websockets.js';
import { RouteTable } from './route-table.js';
import { requestLog } from './request-log.js';
import { requestMetrics } from './request-metrics.js';
import { securityHeaders } from './security-headers.js';
import { answerUnreadableRequest, answerUnreadableUrl } from './unreadable-request.js';

const LONGEST_NAME = 4096;
/** Within which a request has to be here as a whole. */
const REQUEST_MS = 120_000;
/** A proxy hands this promise to its clients, and closes what is idle sooner than the hub (configurable-http-proxy after 5 s). */
const KEEP_ALIVE = 'timeout=4';

/** The Fastify instance below Nest: routing rules, body reading and headers that hold for every route. */
export function createAdapter(config: HubConfig, urls: HubUrls): { adapter: FastifyAdapter; routes: RouteTable } {
  const adapter = new FastifyAdapter({
    requestTimeout: REQUEST_MS,
    trustProxy: trustedHop(config.JupyterHub.trusted_downstream_ips),
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    frameworkErrors: answerUnreadableUrl,
    clientErrorHandler: answerUnreadableRequest,
    routerOptions: { maxParamLength: LONGEST_NAME, ignoreTrailingSlash: false },
    rewriteUrl: (request: { url?: string }) => canonicalUrl(request.url ?? '/', urls.baseUrl),
  });
  const fastify = adapter.getInstance() as unknown as FastifyInstance;
  const routes = new RouteTable();
  fastify.addHook('onRoute', (route) => routes.add(route.method, route.url));
  fastify.addHook('onRequest', (_request, reply, done) => {
    void reply.header('Keep-Alive', KEEP_ALIVE);
    done();
  });
  fastify.addHook('onRequest', securityHeaders(config, urls));
  fastify.addHook('onRequest', refuseWebsockets);
  fastify.addHook('onRequest', routes.answerUnrouted());
  fastify.addHook('onResponse', requestLog());
  fastify.addHook('onResponse', requestMetrics());
  return { adapter, routes };
}

/**
 * Whose word about the address of the browser (X-Forwarded-For) is taken: that of the peer, which is the hub's own proxy, and of the
 * proxies before it that the operator names. What stands left of the first other address, the browser may have made up.
 */
const trustedHop = (trusted: readonly string[]) => (address: string, hop: number) => hop === 0 || trusted.includes(address);

/** Has every change and every denial recorded. Call before `app.init()`. */
export function recordRequests(app: NestFastifyApplication, record: (entry: AuditEntry) => void): void {
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  fastify.addHook('onRequest', auditAddress);
  fastify.addHook('onSend', auditHook(record));
}

/** Reads bodies as bytes, whatever their type: handlers parse them when they need them. Call before `app.init()`. */
export function configureBodies(app: NestFastifyApplication): void {
  const { Elara } = app.get<HubConfig>(HUB_CONFIG);
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', (_request: FastifyRequest, payload: IncomingMessage) => readBody(payload, Elara.max_body_bytes));
}
