import path from 'node:path';
import { expect, test } from 'vitest';
import { hasAllowRule } from '../../apps/hub/src/authenticators/allowed.js';
import type { ConfigError } from '../../apps/hub/src/config/config-error.js';
import { argumentSetting } from '../../apps/hub/src/config/load/command-line.js';
import { loadConfig } from '../../apps/hub/src/config/load-config.js';
import { hubConfigSchema } from '../../apps/hub/src/config/schema.js';
import { root } from '../support/hub.js';

async function load(name: string) {
  const { config, warnings } = await loadConfig({ file: path.join(root, 'test', 'support', 'configs', `${name}.py`) });
  return { config, warnings: warnings.map(({ key, message }) => `${key}: ${message}`) };
}

test('OpenLDAP, with a template for each branch', async () => {
  const { config, warnings } = await load('ldap-openldap');
  expect(config.JupyterHub.authenticator_class).toBe('ldap');
  expect(config.LDAPAuthenticator).toMatchObject({
    server_address: 'ldap.physics.example.edu',
    tls_strategy: 'before_bind',
    tls_kwargs: { ca_certs_file: '/etc/ssl/certs/example-edu.pem' },
    bind_dn_template: ['uid={username},ou=staff,dc=physics,dc=example,dc=edu', 'uid={username},ou=students,dc=physics,dc=example,dc=edu'],
    lookup_dn: false,
    allow_all: true,
    admin_users: ['EFermi', 'mcurie'],
    allowed_groups: [],
  });
  expect(warnings).toEqual([]);
});

test('Active Directory, looked up by an account', async () => {
  const { config, warnings } = await load('ldap-active-directory');
  expect(config.JupyterHub.authenticator_class).toBe('ldap');
  expect(config.LDAPAuthenticator).toMatchObject({
    tls_strategy: 'on_connect',
    tls_kwargs: { validate: 2, version: 5 },
    lookup_dn: true,
    lookup_dn_search_user: 'cn=svc-jupyter,ou=service accounts,dc=corp,dc=example,dc=com',
    lookup_dn_search_password: 'not the real one',
    user_search_base: 'ou=people,dc=corp,dc=example,dc=com',
    user_attribute: 'sAMAccountName',
    lookup_dn_user_dn_attribute: 'cn',
    use_lookup_dn_username: false,
    bind_dn_template: [],
    allow_all: true,
  });
  expect(warnings).toEqual([
    'LDAPAuthenticator.use_ssl: is an earlier form of LDAPAuthenticator.tls_strategy and used as such',
    'LDAPAuthenticator.escape_userdn: has no effect: names are always escaped, each as its place wants it',
  ]);
});

test('LDAP, for the members of two groups', async () => {
  const { config, warnings } = await load('ldap-groups');
  expect(config.LDAPAuthenticator).toMatchObject({
    server_address: '10.20.30.40',
    server_port: 3389,
    tls_strategy: 'insecure',
    bind_dn_template: ['uid={username},ou=people,dc=example,dc=org'],
    search_filter: '(&({userattr}={username})(|(ou=research)(ou=teaching)))',
    allowed_groups: ['cn=researcher,ou=groups,dc=example,dc=org', 'cn=operations,ou=groups,dc=example,dc=org'],
    auth_state_attributes: ['uidNumber', 'mail'],
    blocked_users: ['mallory'],
    allow_all: false,
    allow_existing_users: false,
  });
  expect(hasAllowRule(config)).toBe(true);
  expect(warnings).toEqual(['LDAPAuthenticator.blacklist: is the earlier name of Authenticator.blocked_users']);
});

test('PAM, for a teaching lab', async () => {
  const { config, warnings } = await load('pam-teaching-lab');
  expect(config.JupyterHub.authenticator_class).toBe('pam');
  expect(config.PAMAuthenticator).toMatchObject({
    service: 'sshd',
    open_sessions: true,
    check_account: true,
    admin_groups: ['lecturers', 'sudo'],
    allowed_groups: ['lecturers', 'students'],
    create_system_users: true,
    add_user_cmd: ['adduser', '--disabled-password', '--gecos', '', '--home', '/srv/lab/USERNAME'],
    uids: { ada: 20001 },
    delete_invalid_users: true,
    username_map: { adalovelace: 'ada' },
    allow_all: false,
  });
  expect(hasAllowRule(config)).toBe(true);
  expect(warnings).toEqual([]);
});

test('PAM, with the names of long ago and people in a file', async () => {
  const { config, warnings } = await load('pam-whitelist');
  expect(config.JupyterHub.authenticator_class).toBe('pam');
  expect(config.PAMAuthenticator).toMatchObject({
    allowed_users: ['Rhea', 'ganymede', 'io', 'rowan'],
    admin_users: ['Rhea', 'io'],
    blocked_users: ['guest'],
    allow_all: false,
    allow_existing_users: true,
    allowed_groups: [],
  });
  expect(warnings.sort()).toEqual([
    'Authenticator.blacklist: is the earlier name of Authenticator.blocked_users',
    'Authenticator.whitelist: is the earlier name of Authenticator.allowed_users',
    expect.stringContaining('JupyterHub.admin_access: has no effect'),
    'JupyterHub.admin_users: is the earlier name of Authenticator.admin_users',
    'LocalAuthenticator.group_whitelist: has no effect: JupyterHub does not use it either; set allowed_groups',
  ]);
});

const LDAP = { server_address: 'ldap.example.org', bind_dn_template: 'uid={username}' };

/** A config of which only these keys of LDAPAuthenticator are set. */
async function ldap(traits: Record<string, unknown>, others: [className: string, trait: string, value: unknown][] = []) {
  const written = [...Object.entries(traits).map(([trait, value]) => ['LDAPAuthenticator', trait, value] as const), ...others, ['JupyterHub', 'authenticator_class', 'ldap'] as const];
  return loadConfig({ overrides: written.map(([className, trait, value]) => argumentSetting(className, trait, JSON.stringify(value))) });
}

// CVE-2020-26250: with the earlier name of the list ignored, nobody was kept out
test.each(['Authenticator', 'LDAPAuthenticator'])('%s.whitelist is the list of those who may come in by LDAP', async (className) => {
  const { config } = await ldap(LDAP, [[className, 'whitelist', ['ada']]]);
  expect(config.LDAPAuthenticator).toMatchObject({ allowed_users: ['ada'], allow_all: false });
});

test.each([
  [{ bind_dn_template: 'uid={username}' }, 'LDAPAuthenticator.server_address: is needed: the host of the directory server'],
  [{ ...LDAP, server_address: 'ldaps://ldap.example.org' }, "LDAPAuthenticator.server_address: expected a name or address without ldap:// and port, got 'ldaps://ldap.example.org'"],
  [{ server_address: 'x' }, 'LDAPAuthenticator.bind_dn_template: is needed, unless lookup_dn is true'],
  [{ server_address: 'x', bind_dn_template: ['', ' '] }, 'LDAPAuthenticator.bind_dn_template: is needed, unless lookup_dn is true'],
  [{ ...LDAP, bind_dn_template: 'uid={user}' }, "LDAPAuthenticator.bind_dn_template: expected no other places to fill in than {username}, got 'uid={user}'"],
  [{ server_address: 'x', lookup_dn: true }, 'LDAPAuthenticator.lookup_dn: needs user_search_base and user_attribute'],
  [{ ...LDAP, lookup_dn_search_user: 'cn=x' }, 'LDAPAuthenticator.lookup_dn_search_password: is needed: a directory takes nobody for lookup_dn_search_user without it'],
  [{ ...LDAP, use_lookup_dn_username: true }, 'LDAPAuthenticator.use_lookup_dn_username: needs lookup_dn and lookup_dn_user_dn_attribute'],
  [{ ...LDAP, search_filter: '(a=b)' }, 'LDAPAuthenticator.search_filter: needs user_search_base'],
  [{ ...LDAP, search_filter: '(a=b))' }, "LDAPAuthenticator.search_filter: expected a filter such as (objectClass=person), got '(a=b))'"],
  [{ ...LDAP, group_search_filter: 'member={userdn}' }, "LDAPAuthenticator.group_search_filter: expected a filter such as (objectClass=person), got 'member={userdn}'"],
  [{ ...LDAP, group_search_filter: '(member={dn})' }, "LDAPAuthenticator.group_search_filter: expected no other places to fill in than {userdn}, {uid}, got '(member={dn})'"],
  [{ ...LDAP, tls_strategy: 'starttls' }, "LDAPAuthenticator.tls_strategy: expected one of before_bind, on_connect, insecure, got 'starttls'"],
  [{ ...LDAP, tls_kwargs: { ca_cert_file: 'x' } }, 'LDAPAuthenticator.tls_kwargs.ca_cert_file: there is no such key'],
  [{ ...LDAP, manage_groups: true }, 'LDAPAuthenticator.group_search_base: is needed with manage_groups: where the groups are'],
])('%j is refused', async (traits, problem) => {
  const error: unknown = await ldap(traits).catch((thrown: unknown) => thrown);
  expect((error as ConfigError).problems.map(({ key, message }) => `${key}: ${message}`)).toEqual([problem]);
});

test('a key of several authenticators, set for all of them, is used by each', async () => {
  const { config, warnings } = await ldap(LDAP, [['Authenticator', 'allowed_groups', ['cn=staff']]]);
  expect([config.LDAPAuthenticator.allowed_groups, config.PAMAuthenticator.allowed_groups]).toEqual([['cn=staff'], ['cn=staff']]);
  expect(warnings).toMatchObject([{ message: expect.stringMatching(/^belongs to LocalAuthenticator and .*LDAPAuthenticator.* and is used there$/) as string }]);
});

test('without any rule nobody is let in, and that is noticed', () => {
  const config = (PAMAuthenticator: Record<string, unknown>) => hubConfigSchema.parse({ PAMAuthenticator });
  expect(hasAllowRule(config({}))).toBe(false);
  for (const traits of [{ allow_all: true }, { allowed_users: ['ada'] }, { allowed_groups: ['staff'] }, { allow_existing_users: true }]) expect(hasAllowRule(config(traits))).toBe(true);
});
