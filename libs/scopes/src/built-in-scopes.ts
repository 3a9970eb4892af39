import type { FilterKind } from './types.js';

/** One scope: what it permits in words, what it implies directly, and which filters can ever match. */
export interface ScopeDefinition {
  description: string;
  subscopes: readonly string[];
  filters: readonly FilterKind[];
}

type Entry = readonly [description: string, filters: readonly FilterKind[], ...subscopes: string[]];

const NONE: readonly FilterKind[] = [];
const USERS: readonly FilterKind[] = ['user', 'group'];
const SERVERS: readonly FilterKind[] = ['user', 'group', 'server'];
const GROUPS: readonly FilterKind[] = ['group'];
const SERVICES: readonly FilterKind[] = ['service'];
const ROLES: readonly FilterKind[] = ['user', 'group', 'service'];

/** What the metascope `self` stands for, each for the owner only; their own subscopes follow. */
const SELF = ['read:users', 'users:activity', 'servers', 'tokens', 'access:servers', 'users:shares', 'read:shares'];

const ENTRIES: Readonly<Record<string, Entry>> = {
  '(no_scope)': ['Know who you are', NONE],
  self: ['Everything that is yours: your account, servers and tokens', NONE, ...SELF],
  inherit: ['Everything you have access to', NONE],
  'admin-ui': ['Open the admin page; what can be done there takes further permissions', NONE],
  'admin:users': [
    'Read, create, change and delete users and read their authentication state, but not their servers or tokens',
    USERS,
    ...['admin:auth_state', 'users', 'read:roles:users', 'delete:users', 'read:audit'],
  ],
  'admin:auth_state': ['Read what the login left in the authentication state of users', USERS],
  users: [
    'Read and change users, but not their servers, tokens or authentication state',
    USERS,
    'read:users',
    'list:users',
    'users:activity',
  ],
  'delete:users': ['Delete users', USERS],
  'read:audit': ['Read who did what to users; without a filter, to anybody and anything', USERS],
  'list:users': ['List users by name', USERS, 'read:users:name'],
  'read:users': [
    'Read names, groups and activity of users',
    USERS,
    'read:users:name',
    'read:users:groups',
    'read:users:activity',
  ],
  'read:users:name': ['Read the names of users', USERS],
  'read:users:groups': ['Read which groups users are in', USERS],
  'read:users:activity': ['Read when users were last active', USERS],
  'read:roles': ['Read who has which role', ROLES, 'read:roles:users', 'read:roles:services', 'read:roles:groups'],
  'read:roles:users': ['Read the roles of users', USERS],
  'read:roles:services': ['Read the roles of services', SERVICES],
  'read:roles:groups': ['Read the roles of groups', GROUPS],
  'users:activity': ['Report when users were last active', USERS, 'read:users:activity'],
  'admin:servers': [
    'Start, stop, create and delete servers, and read their internal state',
    SERVERS,
    'admin:server_state',
    'servers',
  ],
  'admin:server_state': ['Read the internal state of servers', SERVERS],
  servers: ['Start, change and stop servers', SERVERS, 'read:servers', 'delete:servers', 'start:servers', 'read:servers:logs'],
  'read:servers': ['Read servers and the names of their owners, but not their internal state', SERVERS, 'read:users:name'],
  'read:servers:logs': ['Read what servers print', SERVERS],
  'delete:servers': ['Stop and delete servers', SERVERS],
  'start:servers': ['Start and change servers, without stopping them', SERVERS],
  tokens: ['Read, create and revoke API tokens of users', USERS, 'read:tokens'],
  'read:tokens': ['Read the API tokens of users, but not their secrets', USERS],
  'admin:groups': ['Read, create, change and delete groups', GROUPS, 'groups', 'read:roles:groups', 'delete:groups'],
  groups: [
    'Read groups and change who is in them, which may change what these people are permitted',
    GROUPS,
    'read:groups',
    'list:groups',
  ],
  'list:groups': ['List groups by name', GROUPS, 'read:groups:name'],
  'read:groups': ['Read groups and their members', GROUPS, 'read:groups:name'],
  'read:groups:name': ['Read the names of groups', GROUPS],
  'delete:groups': ['Delete groups', GROUPS],
  'admin:services': [
    'Create, read, change and delete services',
    SERVICES,
    'list:services',
    'read:services',
    'read:roles:services',
    'read:services:logs',
  ],
  'list:services': ['List services by name', SERVICES, 'read:services:name'],
  'read:services': ['Read services', SERVICES, 'read:services:name'],
  'read:services:logs': ['Read what services print', SERVICES],
  'read:services:name': ['Read the names of services', SERVICES],
  'read:hub': ['Read details about the hub itself', NONE],
  proxy: ['Read the routing table of the proxy, check it, and announce a new proxy', NONE],
  shutdown: ['Shut the hub down', NONE],
  'read:metrics': ['Read the metrics of the hub', NONE],
  'access:servers': ['Enter servers with a browser or through their API', SERVERS],
  'access:services': ['Enter services with a browser or through their API', SERVICES],
  'users:shares': ['Read and leave what was shared with users', USERS, 'read:users:shares'],
  'read:users:shares': ['Read what was shared with users', USERS],
  'groups:shares': ['Read and revoke what was shared with groups', GROUPS, 'read:groups:shares'],
  'read:groups:shares': ['Read what was shared with groups', GROUPS],
  'read:shares': ['Read with whom servers are shared', SERVERS],
  shares: [
    'Share access to servers and take it back',
    SERVERS,
    ...['access:servers', 'read:shares', 'users:shares', 'groups:shares'],
  ],
};

/** Names that are written like scopes but take no filter: nothing at all, the owner's own things, all the owner has. */
export const METASCOPES: ReadonlySet<string> = new Set(['(no_scope)', 'self', 'inherit']);

/** Those that JupyterHub does not have, and of which of its scopes each is a part. */
export const ADDED_SCOPES: ReadonlyMap<string, string> = new Map([
  ['read:servers:logs', 'servers'],
  ['read:services:logs', 'admin:services'],
  ['read:audit', 'admin:users'],
]);

/** The scopes of JupyterHub 6.0, and ours, by name. */
export const BUILT_IN_SCOPES: ReadonlyMap<string, ScopeDefinition> = new Map(
  Object.entries(ENTRIES).map(([name, [description, filters, ...subscopes]]) => [name, { description, filters, subscopes }]),
);
