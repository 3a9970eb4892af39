import { hasScope, type GroupsOf, type ParsedScopes } from '#scopes';
import type { UserRow } from '../database/tables.js';
import { fromDbBoolean, fromDbJson, toWireTime } from '../database/values.js';
import { type ServerModel, withoutInternals } from '../servers/server.model.js';

/** A user as the API shows it (reference rest-api 2.1); fields that the caller may not see are absent. */
export type UserModel = Record<string, unknown> & { kind: 'user'; name: string };

/** The columns that are shown. */
export type ShownUser = Pick<UserRow, 'id' | 'name' | 'admin' | 'created' | 'last_activity' | 'user_info'>;

/** All there is to show of one user. */
export interface UserFacts {
  row: ShownUser;
  groups: string[];
  roles: string[];
  servers: ServerModel[];
  /** Stored or still to be written, database text. */
  lastActivity: string | null;
}

const NAME_SCOPES = ['read:users', 'read:users:name', 'read:servers', 'read:users:groups', 'read:users:activity', 'read:roles:users', 'admin:auth_state'];

const FIELDS: readonly [field: string, anyOf: readonly string[], value: (facts: UserFacts) => unknown][] = [
  ['admin', ['read:users', 'read:users:name', 'read:roles:users'], ({ row }) => fromDbBoolean(row.admin)],
  ['roles', ['read:users', 'read:roles:users'], ({ roles }) => roles],
  ['groups', ['read:users', 'read:users:groups'], ({ groups }) => groups],
  ['server', ['read:users'], ({ servers }) => defaultServer(servers, (server) => server.ready)?.url ?? null],
  ['pending', ['read:users'], ({ servers }) => defaultServer(servers)?.pending ?? null],
  ['created', ['read:users'], ({ row }) => toWireTime(row.created)],
  ['last_activity', ['read:users', 'read:users:activity'], ({ lastActivity }) => toWireTime(lastActivity)],
  ['user_info', ['read:users', 'read:users:name'], ({ row }) => fromDbJson<unknown>(row.user_info, null)],
  ['auth_state', ['admin:auth_state'], () => null],
];

const defaultServer = (servers: ServerModel[], fits: (server: ServerModel) => boolean = () => true) =>
  servers.find((server) => server.name === '' && fits(server));

type Field = (typeof FIELDS)[number];

interface View {
  fields: readonly Field[];
  /** The caller may read the servers of this user, also when there are none. */
  servers: boolean;
  /** The caller may know at least the name. */
  name: boolean;
}

/** Views of callers whose scopes have no filters: the same for every user, and asked for again with every row of a list. */
const views = new WeakMap<ParsedScopes, View>();

/** The model of one user for a caller with these scopes; undefined when the caller may see nothing of them. */
export function userModel(facts: UserFacts, scopes: ParsedScopes): UserModel | undefined {
  const { name } = facts.row;
  const groupsOf: GroupsOf = () => facts.groups;
  const view = viewOf(name, scopes, groupsOf);
  const servers = visibleServers(facts, scopes, groupsOf);
  const showServers = view.servers || (view.fields.length > 0 && servers.length > 0);
  if (view.fields.length === 0 && !showServers && !view.name) return undefined;
  const model: UserModel = { kind: 'user', name };
  for (const [field, , value] of view.fields) model[field] = value(facts);
  if (showServers) model.servers = Object.fromEntries(servers.map((server) => [server.name, server]));
  return model;
}

function viewOf(name: string, scopes: ParsedScopes, groupsOf: GroupsOf): View {
  const known = views.get(scopes);
  if (known) return known;
  const may = (anyOf: readonly string[]) => anyOf.some((scope) => hasScope(scopes, scope, { kind: 'user', name }, groupsOf));
  const view = { fields: FIELDS.filter(([, anyOf]) => may(anyOf)), servers: may(['read:servers']), name: may(NAME_SCOPES) };
  if (NAME_SCOPES.every((scope) => (scopes.get(scope) ?? 'all') === 'all')) views.set(scopes, view);
  return view;
}

/** The servers that the caller may read, without what is not theirs to see. */
function visibleServers({ row, servers }: UserFacts, scopes: ParsedScopes, groupsOf: GroupsOf): Partial<ServerModel>[] {
  return servers.flatMap((server) => {
    const resource = { kind: 'server', name: `${row.name}/${server.name}` } as const;
    if (!hasScope(scopes, 'read:servers', resource, groupsOf)) return [];
    return [hasScope(scopes, 'admin:server_state', resource, groupsOf) ? server : withoutInternals(server)];
  });
}
