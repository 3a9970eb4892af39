import { z } from 'zod';
import { flag, list, pattern, portNumber, secret, text } from '../traits.js';

/** The keys of ldap3's `Tls`, which JupyterHub's LDAPAuthenticator hands on. */
const tlsKwargs = z.strictObject({
  // ssl.CERT_NONE, CERT_OPTIONAL and CERT_REQUIRED of Python
  validate: z.literal([0, 1, 2]).optional(),
  // ssl.PROTOCOL_TLS, PROTOCOL_TLSv1_2 and PROTOCOL_TLS_CLIENT: what is older than TLS 1.2 is never used
  version: z.literal([2, 5, 16]).optional(),
  ca_certs_file: z.string().optional(),
  ca_certs_path: z.string().optional(),
  ca_certs_data: z.string().optional(),
  local_certificate_file: z.string().optional(),
  local_private_key_file: z.string().optional(),
  local_private_key_password: z.string().optional(),
  ciphers: z.string().optional(),
  sni: z.string().optional(),
  valid_names: z.array(z.string()).optional(),
});

export type TlsKwargs = z.infer<typeof tlsKwargs>;

/** Text with places to fill in, as for Python's `str.format`. */
const template = (places: readonly string[]) =>
  z.string().refine((value) => placesOf(value).every((place) => places.includes(place)), `expected no other places to fill in than ${places.map((place) => `{${place}}`).join(', ')}`);

const placesOf = (value: string): string[] => [...value.replaceAll(/\{\{|\}\}/g, '').matchAll(/\{([^}]*)\}?/g)].map(([, place]) => place!);

/** A filter of RFC 4515 with places to fill in; '' for none. */
const filter = (places: readonly string[]) =>
  template(places).refine((value) => value === '' || isBalanced(value), 'expected a filter such as (objectClass=person)');

function isBalanced(value: string): boolean {
  let depth = 0;
  for (const [index, char] of [...value.trim()].entries()) {
    if (depth === 0 && index > 0) return false;
    if (char === '(') depth += 1;
    if (char === ')') depth -= 1;
    if (index === 0 && char !== '(') return false;
  }
  return depth === 0;
}

const optionalText = (help: string) => z.string().nullable().default(null).describe(help);

/** `LDAPAuthenticator.*`: the accounts of a directory (reference hub-behaviour 4.6). */
export const ldapAuthenticatorTraits = {
  server_address: z.string().regex(/^[^\s/]*$/, 'expected a name or address without ldap:// and port').default('').describe('Host of the directory server.'),
  server_port: portNumber.optional().describe('Its port; 636 with tls_strategy on_connect, else 389, unless set.'),
  tls_strategy: z
    .enum(['before_bind', 'on_connect', 'insecure'])
    .default('before_bind')
    .describe('TLS by StartTLS (before_bind), from the first byte as with ldaps (on_connect), or none, and passwords cross the network as they are (insecure).'),
  tls_kwargs: tlsKwargs
    .default({})
    .describe("TLS, with the keys of ldap3's Tls: ca_certs_file, ca_certs_data, valid_names, local_certificate_file … Certificates are checked unless validate is 0."),
  bind_dn_template: z
    .union([z.array(template(['username'])), template(['username'])])
    .transform((value) => (typeof value === 'string' ? [value] : value).filter((one) => one.trim() !== ''))
    .default([])
    .describe('DNs to log in as, tried in turn: uid={username},ou=people,dc=example,dc=org. Not needed with lookup_dn.'),
  lookup_dn: flag(false, 'Look for the entry of a person, by user_attribute below user_search_base, and log in as what was found.'),
  lookup_dn_search_filter: filter(['login_attr', 'login'])
    .nullable()
    .transform((value) => value || '({login_attr}={login})')
    .default('({login_attr}={login})')
    .describe('How the entry is looked for: {login_attr} is user_attribute, {login} the name that was typed.'),
  lookup_dn_search_user: optionalText('DN of the account that looks; without it, anonymously.'),
  lookup_dn_search_password: secret(z.string().nullable().default(null).describe('Its password.')),
  lookup_dn_user_dn_attribute: optionalText('Attribute of the entry whose value is {username} in templates and filters from then on.'),
  user_search_base: optionalText('Where people are, for lookup_dn and search_filter: ou=people,dc=example,dc=org.'),
  user_attribute: optionalText('Attribute that holds the name people type: uid, or sAMAccountName.'),
  use_lookup_dn_username: flag(false, 'Make the value of lookup_dn_user_dn_attribute the name of the user, not what was typed.'),
  search_filter: filter(['userattr', 'username']).default('').describe('Let in only those for whom this finds exactly one entry below user_search_base.'),
  attributes: list([], 'Attributes that search_filter asks for.'),
  allowed_groups: z
    .array(z.string().min(1))
    .nullable()
    .transform((groups) => [...new Set(groups)])
    .default([])
    .describe('DNs of groups whose members may log in, beside those whom Authenticator lets in.'),
  group_search_filter: filter(['userdn', 'uid'])
    .default('(|(member={userdn})(uniqueMember={userdn})(memberUid={uid}))')
    .describe('What the entry of a group matches that somebody is a member of.'),
  group_attributes: list(['member', 'uniqueMember', 'memberUid'], 'Attributes that the search for a group asks for.'),
  group_search_base: text('', 'Where groups are, for Authenticator.manage_groups; not a key of JupyterHub.'),
  group_name_attribute: text('cn', "Attribute of a group's entry that becomes the name of the group here; not a key of JupyterHub."),
  auth_state_attributes: list([], "Attributes of a person's entry to keep in auth_state, as user_attributes."),
  valid_username_regex: pattern('^[a-z][.a-z0-9_-]*$', 'Regular expression that names have to match as they are typed, before anything is sent.'),
};
