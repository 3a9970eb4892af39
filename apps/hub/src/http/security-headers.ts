import type { FastifyReply, FastifyRequest } from 'fastify';
import type { HubConfig } from '../config/schema.js';
import type { HubUrls } from '../config/urls.js';
import { API_LEVEL } from '../version.js';
import { speaksJson } from './hub-request.js';

/** A hook that puts the headers of reference rest-api 4.3 on every answer; `tornado_settings.headers` overrides them. */
export function securityHeaders(config: HubConfig, urls: HubUrls) {
  const report = `report-uri ${config.JupyterHub.tornado_settings.csp_report_uri ?? `${urls.hubPrefix}security/csp-report`}`;
  const common = { 'X-JupyterHub-Version': API_LEVEL, 'Access-Control-Allow-Headers': 'accept, content-type, authorization' };
  const configured = config.JupyterHub.tornado_settings.headers ?? {};
  const api = { ...common, 'Content-Security-Policy': `frame-ancestors 'none'; ${report}; default-src 'none'`, ...configured };
  const page = {
    ...common,
    'Content-Security-Policy':
      `default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; frame-ancestors 'none'; ${report}`,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'same-origin',
    ...configured,
  };
  const root = { 'Access-Control-Allow-Origin': '*', ...api };
  return (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    const path = request.url.split('?')[0]!;
    void reply.headers(path === '/hub/api' ? root : speaksJson(path) ? api : page);
    done();
  };
}
