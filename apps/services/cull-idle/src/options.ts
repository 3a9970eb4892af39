import type { CullPolicy } from '#culling';
import { parseCommandLine, requireVariable, UsageError, helpText, type Flags, type FlagValues } from '#hub-client';

/** Everything the culler is told; times in seconds. */
export interface CullOptions {
  apiUrl: string;
  token: string;
  policy: CullPolicy;
  /** How long users may be idle; as servers of no particular kind. */
  timeout: number;
  /** From the start of one round to the start of the next. */
  cullEvery: number;
  /** Requests under way at the same time. */
  concurrency: number;
  /** Users per page of a list; 0 leaves it to the hub. */
  apiPageSize: number;
  /** How long one request may take. */
  requestTimeout: number;
  cullUsers: boolean;
  cullAdminUsers: boolean;
  removeNamedServers: boolean;
  /** Say what would be done, once, and do nothing. */
  dryRun: boolean;
  /** The same as JSON. */
  json: boolean;
  /** One round, and its failure is the program's. */
  once: boolean;
}

const FLAGS = {
  timeout: { type: 'count', value: 'SECONDS', help: 'cull what was not used for so long (600)' },
  'default-server-timeout': { type: 'count', value: 'SECONDS', help: 'the same for default servers (--timeout)' },
  'named-server-timeout': { type: 'count', value: 'SECONDS', help: 'the same for named servers (--timeout)' },
  'group-timeout': { type: 'list', value: 'GROUP=SECONDS', help: 'instead, for servers of members of a group; or GROUP=never. May be repeated' },
  'cull-every': { type: 'count', value: 'SECONDS', help: 'from one round to the next (half of the shortest limit)' },
  once: { type: 'switch', help: 'one round and no more, as for a service with a schedule' },
  'max-age': { type: 'count', value: 'SECONDS', help: 'cull what is this old, in use or not; 0 is off (0)' },
  grace: { type: 'count', value: 'SECONDS', help: 'warn the owner of a server so long before it is stopped; 0 is off (0)' },
  'dry-run': { type: 'switch', help: 'say once what would be done and why, and do nothing' },
  json: { type: 'switch', help: 'with --dry-run: as JSON' },
  concurrency: { type: 'count', value: 'N', help: 'requests to the hub at the same time (10)' },
  'cull-users': { type: 'switch', help: 'also delete users that were not active for so long (off)' },
  'cull-admin-users': { type: 'switch', help: 'with --cull-users: admins too when idle (on)' },
  'remove-named-servers': { type: 'switch', help: 'forget named servers when they are stopped (off)' },
  'cull-default-servers': { type: 'switch', help: 'stop idle default servers (on)' },
  'cull-named-servers': { type: 'switch', help: 'stop idle named servers (on)' },
  'api-page-size': { type: 'count', value: 'N', help: 'users per page; 0 leaves it to the hub (0)' },
  url: { type: 'text', value: 'URL', help: "the hub's API, e.g. http://127.0.0.1:8081/hub/api ($JUPYTERHUB_API_URL)" },
} as const satisfies Flags;

type Given = FlagValues<typeof FLAGS>;

export const HELP = helpText({
  usage: 'elara-cull-idle [FLAG…]',
  about:
    'Stops servers that nobody uses, once at the start and then again and again, through the REST API of the hub.\n' +
    '--max-age counts for every server and user, whatever the --cull-… flags say.\n' +
    'The token needs the scopes list:users, read:users:activity, read:servers and delete:servers;\n' +
    'with --group-timeout also read:users:groups, with --cull-users also admin:users.',
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
  if (given.json && !given['dry-run']) throw new UsageError('--json goes with --dry-run');
  const token = requireVariable(
    env,
    'JUPYTERHUB_API_TOKEN',
    'it has to hold a token of the hub (the hub sets it for its services)',
  );
  const policy = policyOf(given);
  return {
    policy,
    timeout: given.timeout ?? 600,
    cullEvery: given['cull-every'] || usualPause(policy),
    concurrency: Math.max(1, given.concurrency ?? 10),
    cullUsers: given['cull-users'] ?? false,
    cullAdminUsers: given['cull-admin-users'] ?? true,
    removeNamedServers: given['remove-named-servers'] ?? false,
    once: given.once ?? false,
    apiPageSize: given['api-page-size'] ?? 0,
    dryRun: given['dry-run'] ?? false,
    json: given.json ?? false,
    apiUrl: hubUrl(
      given.url ?? requireVariable(env, 'JUPYTERHUB_API_URL', "give the address of the hub's API with --url or in it"),
    ),
    token,
    requestTimeout: requestTimeout(env.JUPYTERHUB_REQUEST_TIMEOUT),
  };
}

function policyOf(given: Given): CullPolicy {
  const { timeout = 600, grace = 0 } = given;
  const policy: CullPolicy = {
    timeout: {
      default: (given['cull-default-servers'] ?? true) ? (given['default-server-timeout'] ?? timeout) : null,
      named: (given['cull-named-servers'] ?? true) ? (given['named-server-timeout'] ?? timeout) : null,
    },
    group_timeout: Object.fromEntries((given['group-timeout'] ?? []).map(groupTimeout)),
    max_age: given['max-age'] || null,
    grace,
  };
  const shortest = Math.min(...limitsOf(policy));
  if (grace && grace >= shortest) throw new UsageError(`--grace=${grace} must be shorter than every limit, the shortest of which is ${shortest}`);
  return policy;
}

const GROUP_TIMEOUT = /^(.+)=(\d{1,15}|never)$/s;

function groupTimeout(text: string): [group: string, seconds: number | null] {
  const [, group, seconds] = GROUP_TIMEOUT.exec(text) ?? [];
  if (group === undefined) throw new UsageError(`--group-timeout takes GROUP=SECONDS or GROUP=never, not ${JSON.stringify(text)}`);
  return [group, seconds === 'never' ? null : Number(seconds)];
}

const limitsOf = ({ timeout, group_timeout, max_age }: CullPolicy): number[] =>
  [timeout.default, timeout.named, max_age, ...Object.values(group_timeout)].filter((limit) => limit !== null);

/** Nothing is kept for much longer than its limit, and the stop follows soon upon the end of a warning. */
function usualPause(policy: CullPolicy): number {
  const shortest = Math.min(...limitsOf(policy), 86_400);
  return Math.max(1, Math.min(Math.floor(shortest / 2), policy.grace || Infinity));
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
