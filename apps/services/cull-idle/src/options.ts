import { parseCommandLine, requireVariable, UsageError, helpText, type Flags } from '#hub-client';
import type { CullPolicy } from './cull.js';

/** Everything the culler is told; times in seconds. */
export interface CullOptions extends CullPolicy {
  apiUrl: string;
  token: string;
  /** From the start of one round to the start of the next. */
  cullEvery: number;
  /** Requests under way at the same time. */
  concurrency: number;
  /** Users per page of a list; 0 leaves it to the hub. */
  apiPageSize: number;
  /** How long one request may take. */
  requestTimeout: number;
  removeNamedServers: boolean;
}

const FLAGS = {
  timeout: { type: 'count', value: 'SECONDS', help: 'cull what was not used for so long (600)' },
  'cull-every': { type: 'count', value: 'SECONDS', help: 'from one round to the next (half of --timeout)' },
  'max-age': { type: 'count', value: 'SECONDS', help: 'cull what is this old, in use or not; 0 is off (0)' },
  concurrency: { type: 'count', value: 'N', help: 'requests to the hub at the same time (10)' },
  'cull-users': { type: 'switch', help: 'also delete users that were not active for so long (off)' },
  'cull-admin-users': { type: 'switch', help: 'with --cull-users: admins too when idle (on)' },
  'remove-named-servers': { type: 'switch', help: 'forget named servers when they are stopped (off)' },
  'cull-default-servers': { type: 'switch', help: 'stop idle default servers (on)' },
  'cull-named-servers': { type: 'switch', help: 'stop idle named servers (on)' },
  'api-page-size': { type: 'count', value: 'N', help: 'users per page; 0 leaves it to the hub (0)' },
  url: { type: 'text', value: 'URL', help: "the hub's API, e.g. http://127.0.0.1:8081/hub/api ($JUPYTERHUB_API_URL)" },
} as const satisfies Flags;

export const HELP = helpText({
  usage: 'elara-cull-idle [FLAG…]',
  about:
    'Stops servers that nobody uses, once at the start and then again and again, through the REST API of the hub.\n' +
    '--max-age counts for every server and user, whatever the --cull-… flags say.\n' +
    'The token needs the scopes list:users, read:users:activity, read:servers and delete:servers;\n' +
    'with --cull-users also admin:users.',
  flags: FLAGS,
  environment: {
    JUPYTERHUB_API_TOKEN: 'the token to use (needed)',
    JUPYTERHUB_API_URL: "the hub's API, unless --url is given",
    JUPYTERHUB_REQUEST_TIMEOUT: 'seconds that one request may take (60)',
  },
});

/**
 * Reads command line and environment.
 *
 * @returns undefined when the help was asked for
 * @throws UsageError naming the flag or variable that is wrong or missing
 */
export function readOptions(argv: readonly string[], env: NodeJS.ProcessEnv): CullOptions | undefined {
  const given = parseCommandLine(argv, FLAGS);
  if (given.help) return undefined;
  const token = requireVariable(
    env,
    'JUPYTERHUB_API_TOKEN',
    'it has to hold a token of the hub (the hub sets it for its services)',
  );
  const timeout = given.timeout ?? 600;
  return {
    timeout,
    cullEvery: given['cull-every'] || Math.max(1, Math.floor(timeout / 2)),
    maxAge: given['max-age'] ?? 0,
    concurrency: Math.max(1, given.concurrency ?? 10),
    cullUsers: given['cull-users'] ?? false,
    cullAdminUsers: given['cull-admin-users'] ?? true,
    removeNamedServers: given['remove-named-servers'] ?? false,
    cullDefaultServers: given['cull-default-servers'] ?? true,
    cullNamedServers: given['cull-named-servers'] ?? true,
    apiPageSize: given['api-page-size'] ?? 0,
    apiUrl: hubUrl(
      given.url ?? requireVariable(env, 'JUPYTERHUB_API_URL', "give the address of the hub's API with --url or in it"),
    ),
    token,
    requestTimeout: requestTimeout(env.JUPYTERHUB_REQUEST_TIMEOUT),
  };
}

function hubUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return text.replace(/\/+$/, '');
  throw new UsageError(`cannot use ${JSON.stringify(text)} as the hub's API: expected http://HOST:PORT/hub/api`);
}

function requestTimeout(text: string | undefined): number {
  const seconds = text ? Number(text) : 60;
  if (seconds > 0 && seconds < 1e6) return seconds;
  throw new UsageError(`JUPYTERHUB_REQUEST_TIMEOUT takes seconds, not ${JSON.stringify(text)}`);
}
