import { ScopeDefinitions } from './definitions.js';
import { ScopeError } from './errors.js';
import { DEFAULT_ROLES, roleWarnings, validateRoleName, validateRoleScopes, type RolePlan, type RoleSpec } from './roles.js';

export interface LoadRolesOptions {
  definitions?: ScopeDefinitions;
  /** `JupyterHub.extra_user_scopes`: added to role `user`, unless its scopes are overridden. */
  extraUserScopes?: Iterable<string>;
  /** `Authenticator.admin_users`: added to the users of role `admin`, where these are listed. */
  adminUsers?: Iterable<string>;
  /** `Authenticator.manage_roles`: who has a role is then not for the configuration to say. */
  managedByAuthenticator?: boolean;
}

export interface LoadedRoles {
  /** Default roles that are not overridden, then the configured ones in their order. */
  roles: RolePlan[];
  /** Sentences for the log. */
  warnings: string[];
}

type MemberKind = 'users' | 'services' | 'groups';

const unique = (names: Iterable<string>): string[] => [...new Set(names)];

const isSame = (a: readonly string[], b: readonly string[]): boolean => {
  const set = new Set(a);
  return new Set(b).size === set.size && b.every((name) => set.has(name));
};

const checkNames = (specs: readonly RoleSpec[]): void => {
  const seen = new Set<string>();
  for (const { name } of specs) {
    if (seen.has(name)) throw new ScopeError(`Role ${name} multiply defined. Please check the \`load_roles\` configuration`);
    validateRoleName(name);
    seen.add(name);
  }
};

const checkAdmin = (spec: RoleSpec): void => {
  const admin = DEFAULT_ROLES.find(({ name }) => name === 'admin');
  if (spec.name !== 'admin' || !admin) return;
  const refuse = (key: string, value: unknown) => {
    throw new ScopeError(`Cannot override admin role admin.${key} = ${JSON.stringify(value)}`);
  };
  if (spec.description !== undefined && spec.description !== admin.description) refuse('description', spec.description);
  if (spec.scopes !== undefined && !isSame(spec.scopes, admin.scopes)) refuse('scopes', spec.scopes);
};

const checkManaged = (spec: RoleSpec, { managedByAuthenticator }: LoadRolesOptions): void => {
  if (!managedByAuthenticator || (!spec.users?.length && !spec.groups?.length)) return;
  throw new ScopeError(
    `cannot give role ${spec.name} to users or groups in load_roles: because of manage_roles the authenticator does that`,
  );
};

/** Where the configuration lists no members of these kinds, others decide: every user has `user`, the flag `admin` gives `admin`. */
const RULED_ELSEWHERE: ReadonlyMap<string, readonly MemberKind[]> = new Map([
  ['user', ['users']],
  ['admin', ['users', 'services']],
]);

const members = (spec: RoleSpec, kind: MemberKind, options: LoadRolesOptions): Partial<Record<MemberKind, string[]>> => {
  if (options.managedByAuthenticator && kind !== 'services') return {};
  if (!spec[kind]) return RULED_ELSEWHERE.get(spec.name)?.includes(kind) ? {} : { [kind]: [] };
  const extra = spec.name === 'admin' && kind === 'users' ? (options.adminUsers ?? []) : [];
  return { [kind]: unique([...spec[kind], ...extra]) };
};

const defaultRole = (name: string, { extraUserScopes = [] }: LoadRolesOptions): RolePlan | undefined => {
  const role = DEFAULT_ROLES.find((other) => other.name === name);
  return role && { ...role, scopes: unique([...role.scopes, ...(name === 'user' ? extraUserScopes : [])]) };
};

const configuredRole = (spec: RoleSpec, options: LoadRolesOptions): RolePlan => {
  const base = defaultRole(spec.name, options);
  return {
    name: spec.name,
    description: spec.description ?? base?.description ?? '',
    scopes: unique(spec.scopes ?? base?.scopes ?? []),
    ...members(spec, 'users', options),
    ...members(spec, 'services', options),
    ...members(spec, 'groups', options),
  };
};

const userRoleWarnings = (specs: readonly RoleSpec[]): string[] => {
  const spec = specs.find(({ name }) => name === 'user');
  if (!spec?.scopes || spec.scopes.includes('self')) return [];
  return ["role user is overridden without the scope 'self': users may lack permissions for their own servers and tokens"];
};

/**
 * Lays the roles of `JupyterHub.load_roles` over the default ones.
 * @throws ScopeError for a bad or repeated name, an unknown scope, a changed `admin`, or members that the authenticator manages
 */
export const loadRoles = (specs: readonly RoleSpec[], options: LoadRolesOptions = {}): LoadedRoles => {
  const definitions = options.definitions ?? ScopeDefinitions.builtIn;
  checkNames(specs);
  for (const spec of specs) {
    checkAdmin(spec);
    checkManaged(spec, options);
  }
  const configured = new Set(specs.map(({ name }) => name));
  const defaults = DEFAULT_ROLES.filter(({ name }) => !configured.has(name)).flatMap(
    ({ name }) => defaultRole(name, options) ?? [],
  );
  const roles = [...defaults, ...specs.map((spec) => configuredRole(spec, options))];
  for (const role of roles) validateRoleScopes(role.name, role.scopes, definitions);
  return { roles, warnings: [...userRoleWarnings(specs), ...roles.flatMap((role) => roleWarnings(role, definitions))] };
};
