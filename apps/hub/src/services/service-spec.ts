import { z } from 'zod';
import { bytes } from '../config/traits.js';
import { nearest } from '../config/suggest.js';
import { HubError } from '../errors.js';
import { isSchedule, isTimezone, MISSED_POLICIES } from './schedule.js';
import { orderProblems } from './service-order.js';
import { probe } from './service-probe-spec.js';

/** What is wrong with the description of a service, wherever it comes from. */
export class ServiceSpecError extends HubError {
  override readonly code = 'bad-service';
}

const names = z.array(z.string().max(255));
const url = z
  .string()
  .max(2047)
  .refine((text) => text === '' || isHttpUrl(text), 'expected an http or https address, such as http://127.0.0.1:9000');
const environment = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String));

/** Elara's own keys, for services that the hub keeps running. */
const managedKeys = {
  after: names.optional(),
  requires: names.optional(),
  required: z.boolean().optional(),
  readiness: probe.optional(),
  liveness: probe.optional(),
  start_limit: z.int().min(0).max(1_000_000).optional(),
};

/** The same, also for those with a schedule. */
const limitKeys = { mem_limit: bytes.optional(), cpu_limit: z.number().min(0).optional() };

/** Elara's own keys, for services that run once at every time of a schedule. */
const scheduleKeys = {
  schedule: z.string().max(255).refine(isSchedule, 'expected five fields as in crontab, e.g. "30 2 * * *", or six with the seconds first').optional(),
  timezone: z.string().max(255).refine(isTimezone, 'expected the name of a time zone, such as Europe/Berlin').optional(),
  missed: z.enum(MISSED_POLICIES).optional(),
  run_timeout: z.number().min(1).max(2_000_000).optional(),
};

/**
 * The keys of a service (reference hub-behaviour 1.1), as one entry of `JupyterHub.services` or the body of a request has them.
 * None has a default here: a key that is absent leaves its column alone.
 */
const serviceKeys = {
  name: z
    .string()
    .min(1)
    .max(255)
    .regex(/^\P{Cc}*$/u, 'expected no control characters'),
  admin: z.boolean().optional(),
  url: url.optional(),
  api_token: z.string().min(8, 'expected at least 8 characters').max(255).or(z.literal('')).optional(),
  command: z
    .union([z.array(z.string()), z.string()])
    .transform((value) => (typeof value === 'string' ? [value].filter(Boolean) : value))
    .optional(),
  cwd: z.string().max(4095).optional(),
  environment: environment.optional(),
  user: z.string().max(255).optional(),
  info: z.record(z.string(), z.unknown()).optional(),
  display: z.boolean().optional(),
  oauth_no_confirm: z.boolean().optional(),
  oauth_client_allowed_scopes: names.optional(),
  oauth_roles: names.optional(),
  oauth_client_id: z.string().max(255).startsWith('service-', 'expected an id that starts with service-').or(z.literal('')).optional(),
  oauth_redirect_uri: z.string().max(1023).optional(),
  timeout: z.number().min(1).max(86_400).optional(),
  ...managedKeys,
  ...scheduleKeys,
  ...limitKeys,
};

const serviceSpec = z.object(serviceKeys);

export type ServiceSpec = z.infer<typeof serviceSpec>;

/** What JupyterHub works out itself, and refuses as input. */
const DERIVED = new Set(['prefix', 'href', 'kind', 'domain', 'host', 'pid']);

/** @throws ServiceSpecError that names the service and the key */
export function readServiceSpec(record: Readonly<Record<string, unknown>>): ServiceSpec {
  const name = typeof record.name === 'string' && record.name ? record.name : undefined;
  if (name === undefined) throw new ServiceSpecError('a service has no name');
  for (const key of Object.keys(record)) if (!Object.hasOwn(serviceKeys, key)) throw new ServiceSpecError(`service ${name}: ${unknownKey(key)}`);
  const parsed = serviceSpec.safeParse(record);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    throw new ServiceSpecError(`service ${name}: ${path.join('.')}: ${message}`);
  }
  if (parsed.data.url && !isPathSegment(name)) {
    throw new ServiceSpecError(`service ${name}: a service with url is reached at /services/NAME/, so its name cannot be ".", ".." or contain a slash`);
  }
  const pathless = parsed.data.url ? undefined : (['readiness', 'liveness'] as const).find((key) => parsed.data[key]?.target.kind === 'path');
  if (pathless) throw new ServiceSpecError(`service ${name}: ${pathless}.http_get: a path takes a service with url; write the whole url instead`);
  if (wantsOAuth(parsed.data) && !parsed.data.url && !parsed.data.oauth_redirect_uri) {
    throw new ServiceSpecError(`service ${name}: OAuth without url takes oauth_redirect_uri`);
  }
  const misplaced = misplacedKey(parsed.data);
  if (misplaced) throw new ServiceSpecError(`service ${name}: ${misplaced}`);
  return parsed.data;
}

/** What is wrong with keys that mean nothing beside the others. */
function misplacedKey(spec: ServiceSpec): string | undefined {
  const given = (keys: object) => Object.keys(keys).find((key) => Object.hasOwn(spec, key));
  const [managed, scheduled] = [given(managedKeys), given(scheduleKeys)];
  const own = managed ?? scheduled ?? given(limitKeys);
  if (own && !spec.command?.length) return `${own} is for services that the hub runs: it takes a command`;
  if (scheduled && spec.schedule === undefined) return `${scheduled} is for services that run at times: it takes a schedule`;
  if (!scheduled) return undefined;
  const contradiction = spec.url ? 'url' : managed;
  return contradiction && `${contradiction} is for services that go on running; this one has a schedule`;
}

const isPathSegment = (name: string): boolean => !name.includes('/') && name !== '.' && name !== '..';

/** All services of the config, in its order. @throws ServiceSpecError also for names or OAuth clients that occur twice, and for orders that cannot be followed */
export function readServiceSpecs(records: readonly Readonly<Record<string, unknown>>[]): ServiceSpec[] {
  const specs = records.map(readServiceSpec);
  requireDistinct(specs.map(({ name }) => name), 'the name');
  requireDistinct(specs.filter(wantsOAuth).map(clientIdOf), 'the OAuth client');
  const [problem] = orderProblems(specs);
  if (problem) throw new ServiceSpecError(problem.message);
  return specs;
}

/** OAuth is on for services that are reached through the hub, and where a key of it is given. */
export function wantsOAuth(spec: ServiceSpec): boolean {
  return Boolean(spec.url || spec.oauth_client_id || spec.oauth_redirect_uri || spec.oauth_no_confirm);
}

export const clientIdOf = (spec: ServiceSpec): string => spec.oauth_client_id || `service-${spec.name}`;

function unknownKey(key: string): string {
  if (DERIVED.has(key)) return `${key} follows from the other keys and cannot be set`;
  const near = nearest(key, Object.keys(serviceKeys));
  return `no such service field ${key}${near ? `; did you mean ${near}?` : ''}`;
}

function requireDistinct(values: readonly string[], what: string): void {
  const twice = values.find((value, index) => values.indexOf(value) !== index);
  if (twice !== undefined) throw new ServiceSpecError(`two services have ${what} ${twice}`);
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);
}
