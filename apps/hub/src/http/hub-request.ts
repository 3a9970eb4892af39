import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../identity/caller.js';
import type { AccessRule } from './access.js';
import type { AuditNote } from './audit-note.js';

/** A request after authentication; `caller` is absent for strangers, `rule` stands on the line of its route. */
export type HubRequest = FastifyRequest & { caller?: Caller; rule?: AccessRule; audit?: AuditNote; isRecorded?: boolean };
export type HubReply = FastifyReply;

const isApiPath = (path: string): boolean => path === '/hub/api' || path.startsWith('/hub/api/');

/** The OAuth confirmation is a page for people, although its address is below the API. */
export const AUTHORIZE_PATH = '/hub/api/oauth2/authorize';

/** Prometheus' text has this second address below the API. */
const METRICS_PATH = '/hub/api/metrics';

/** Whether a path speaks JSON: below the API, and no page. */
export const speaksJson = (path: string): boolean => isApiPath(path) && path !== AUTHORIZE_PATH && path !== METRICS_PATH;
