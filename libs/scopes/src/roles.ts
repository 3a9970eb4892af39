import type { ScopeDefinitions } from './definitions.js';
import { ScopeError } from './errors.js';
import { splitScope } from './parse.js';
import { validateScope } from './validate.js';

/** An entry of `JupyterHub.load_roles`. */
export interface RoleSpec {
  name: string;
  description?: string;
  scopes?: readonly string[];
  users?: readonly string[];
  services?: readonly string[];
  groups?: readonly string[];
}

/** A role as it shall be stored. A list of members is exact; where there is none, members stay as they are. */
export interface RolePlan {
  name: string;
  description: string;
  scopes: string[];
  users?: string[];
  services?: string[];
  groups?: string[];
}

const ADMIN_SCOPES = [
  ...['admin-ui', 'admin:users', 'admin:servers', 'admin:services', 'tokens', 'admin:groups', 'list:services', 'read:services'],
  ...['read:hub', 'proxy', 'shutdown', 'access:services', 'access:servers', 'read:roles', 'read:metrics', 'shares'],
];

/** The roles every hub has. */
export const DEFAULT_ROLES: readonly Readonly<{ name: string; description: string; scopes: readonly string[] }>[] = [
  { name: 'user', description: 'Standard user privileges', scopes: ['self'] },
  { name: 'admin', description: 'Elevated privileges (can do anything)', scopes: ADMIN_SCOPES },
  { name: 'server', description: 'Post activity only', scopes: ['users:activity!user', 'access:servers!server'] },
  { name: 'token', description: 'Token with same permissions as its owner', scopes: ['inherit'] },
];

const NAME = /^[a-z][a-z0-9\-_~.]{1,253}[a-z0-9]$/;

/** @throws ScopeError when the name of a role breaks JupyterHub's rule */
export const validateRoleName = (name: string): void => {
  if (NAME.test(name)) return;
  const rule = '3 to 255 characters of a-z, 0-9, "-", "_", "~" and ".", first a letter, last a letter or digit';
  throw new ScopeError(`cannot use role name ${JSON.stringify(name)}: a role name has ${rule}`);
};

/** @throws ScopeError when a scope of the role does not exist */
export const validateRoleScopes = (name: string, scopes: Iterable<string>, definitions: ScopeDefinitions): void => {
  for (const scope of scopes) validateScope(scope, definitions, `role ${name}`);
};

/** What is valid but surely not meant, as sentences for the log. */
export const roleWarnings = ({ name, scopes }: RolePlan, definitions: ScopeDefinitions): string[] => {
  if (scopes.length === 0) return [`role ${name} has no scopes: it grants nothing`];
  const idle = scopes.filter((scope) => {
    const { base, kind } = splitScope(scope);
    return kind !== undefined && !definitions.get(base)?.filters.includes(kind);
  });
  return idle.map((scope) => `role ${name}: the filter of scope '${scope}' matches nothing, so the scope grants nothing`);
};
