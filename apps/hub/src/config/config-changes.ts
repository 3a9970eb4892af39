import { isDeepStrictEqual } from 'node:util';
import { masked } from './masked.js';
import { parentsOf } from './names/classes.js';
import { OAUTH_CLASS_NAMES } from './oauth-classes.js';
import type { ClassName, HubConfig } from './schema.js';

/** One trait that a new config sets to another value. */
export interface ConfigChange {
  className: ClassName;
  trait: string;
  to: unknown;
  /** What is different, for people; without secrets. */
  text: string;
  /** Whether a running hub takes it over; anything else takes a restart. */
  live: boolean;
  /** Whether the class has it from its parent, whose change says it all. */
  inherited: boolean;
  /** Whether only functions are new, and read as they did: what they were made from may still be otherwise. */
  quiet: boolean;
}

type Sections = Record<ClassName, Record<string, unknown>>;

/** Who may log in. */
const PEOPLE = ['admin_users', 'allowed_users', 'blocked_users', 'allow_all', 'allow_existing_users'];

/** What is looked up anew with every use; `'all'` for servers counts from the next start of each. */
const LIVE: Partial<Record<ClassName, readonly string[] | 'all'>> = {
  JupyterHub: [
    'active_server_limit',
    'allow_named_servers',
    'api_page_default_limit',
    'api_page_max_limit',
    'concurrent_spawn_limit',
    'default_url',
    'load_groups',
    'load_roles',
    'log_level',
    'named_server_limit_per_user',
    'services',
    'token_expires_in_max_seconds',
    'user_redirect_hook',
  ],
  Elara: ['audit_retention_days', 'audit_skip', 'hook_timeout', 'login_failure_window', 'login_failures_per_account', 'login_failures_per_address', 'log_keep', 'log_max_bytes', 'service_start_limit', 'spawn_queue_limit'],
  Authenticator: PEOPLE,
  LocalAuthenticator: PEOPLE,
  PAMAuthenticator: PEOPLE,
  DummyAuthenticator: PEOPLE,
  SharedPasswordAuthenticator: PEOPLE,
  LDAPAuthenticator: PEOPLE,
  NullAuthenticator: PEOPLE,
  NativeAuthenticator: [...PEOPLE, 'allow_2fa', 'ask_email_on_signup', 'check_common_password', 'enable_signup', 'minimum_password_length', 'open_signup', 'password_hash_cost', 'tos'],
  OAuthenticator: PEOPLE,
  ...Object.fromEntries(OAUTH_CLASS_NAMES.map((name) => [name, PEOPLE])),
  Spawner: 'all',
  LocalProcessSpawner: 'all',
  SimpleLocalProcessSpawner: 'all',
  SudoSpawner: 'all',
  SystemdSpawner: 'all',
};

/** Every trait by which two configs differ, in the order of the schema. */
export function configChanges(before: HubConfig, after: HubConfig): ConfigChange[] {
  const [old, now] = [before as unknown as Sections, after as unknown as Sections];
  const [oldShown, nowShown] = [masked(before), masked(after)];
  const differs = (className: ClassName, trait: string) => !isDeepStrictEqual(old[className][trait], now[className][trait]);
  return (Object.keys(now) as ClassName[]).flatMap((className) =>
    [...new Set([...Object.keys(old[className]), ...Object.keys(now[className])])]
      .filter((trait) => differs(className, trait))
      .map((trait): ConfigChange => ({
        className,
        trait,
        to: now[className][trait],
        text: `${className}.${trait}: ${difference(old[className][trait], now[className][trait], [oldShown[className]![trait], nowShown[className]![trait]])}`,
        live: isLive(className, trait),
        inherited: isInherited(className, trait, [old, now]),
        quiet: isDeepStrictEqual(functionsAsText(old[className][trait]), functionsAsText(now[className][trait])),
      })),
  );
}

/**
 * Makes changes in a config that others hold on to.
 * @returns undoes them
 */
export function applyChanges(config: HubConfig, changes: readonly ConfigChange[]): () => void {
  const sections = config as unknown as Sections;
  const before = changes.map(({ className, trait }) => [className, trait, sections[className][trait]] as const);
  for (const { className, trait, to } of changes) sections[className][trait] = to;
  return () => {
    for (const [className, trait, value] of before) sections[className][trait] = value;
  };
}

function isLive(className: ClassName, trait: string): boolean {
  const traits = LIVE[className] ?? [];
  return traits === 'all' || traits.includes(trait);
}

function isInherited(className: ClassName, trait: string, configs: readonly Sections[]): boolean {
  return parentsOf(className).some((parent) => configs.every((config) => trait in config[parent] && isDeepStrictEqual(config[className][trait], config[parent][trait])));
}

/** Every reading of a config makes its functions anew. */
function functionsAsText(value: unknown): unknown {
  if (typeof value === 'function') return Function.prototype.toString.call(value);
  if (Array.isArray(value)) return value.map(functionsAsText);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, functionsAsText(part)]));
}

/** `100 → 20`; of lists and tables, which entries. */
function difference(from: unknown, to: unknown, [fromShown, toShown]: readonly [unknown, unknown]): string {
  const [old, now] = [entriesOf(from), entriesOf(to)];
  // what is masked as a whole, and is no longer a table then, may hold secrets in its very keys
  if (!old || !now || typeof toShown !== 'object' || typeof fromShown !== 'object') return scalars(fromShown, toShown);
  const named = (kind: string, names: string[]) => (names.length > 0 ? [`${kind} ${names.join(', ')}`] : []);
  return [
    ...named('added', [...now.keys()].filter((name) => !old.has(name))),
    ...named('changed', [...now.keys()].filter((name) => old.has(name) && !isDeepStrictEqual(old.get(name), now.get(name)))),
    ...named('removed', [...old.keys()].filter((name) => !now.has(name))),
  ].join('; ') || 'another order';
}

function scalars(from: unknown, to: unknown): string {
  return isDeepStrictEqual(from, to) ? 'changed' : `${shown(from)} → ${shown(to)}`;
}

const shown = (value: unknown): string => (value === undefined ? 'unset' : JSON.stringify(value));

/** The parts of a value by name; undefined for one that has none. */
function entriesOf(value: unknown): Map<string, unknown> | undefined {
  if (Array.isArray(value)) return new Map(value.map((entry: unknown) => [nameOf(entry), entry]));
  return value !== null && typeof value === 'object' ? new Map(Object.entries(value)) : undefined;
}

function nameOf(entry: unknown): string {
  const name = entry !== null && typeof entry === 'object' ? (entry as { name?: unknown }).name : entry;
  return typeof name === 'string' ? name : JSON.stringify(entry);
}
