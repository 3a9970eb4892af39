import { Logger } from '@nestjs/common';
import type { HubConfig } from '../../config/schema.js';
import { UnavailableError } from '../../errors.js';
import type { Directory } from './directory.js';
import { escapeFilterValue, fill } from './escapes.js';

export type LdapSettings = HubConfig['LDAPAuthenticator'];

const log = new Logger('ldap');

/** Somebody who logs in, as the directory knows them. */
export interface Person {
  /** The name that was typed, as the directory spells it. */
  typed: string;
  /** What `{username}` and `{uid}` stand for: the value of `lookup_dn_user_dn_attribute`, or else what was typed. */
  known: string;
  dn?: string;
}

type Known = Person & { dn: string };

/** The attributes of their entry that auth_state is to have. */
export async function attributesOf({ dn }: Known, directory: Directory, { auth_state_attributes: wanted }: LdapSettings): Promise<Record<string, string[]>> {
  if (wanted.length === 0) return {};
  const found = await directory.search({ base: dn, scope: 'base', filter: '(objectClass=*)', attributes: wanted, most: 1 });
  const entry = found?.[0];
  return entry ? Object.fromEntries(wanted.map((attribute) => [attribute, entry.values(attribute)])) : {};
}

/** Those of the allowed groups that they are a member of. */
export async function memberOf(person: Known, directory: Directory, settings: LdapSettings): Promise<string[]> {
  const { allowed_groups, group_attributes: attributes } = settings;
  const filter = groupFilter(person, settings);
  const isMember = async (group: string) => {
    const found = await directory.search({ base: group, scope: 'base', filter, attributes, withoutValues: true, most: 1 });
    if (!found) log.warn(`The group ${JSON.stringify(group)} (LDAPAuthenticator.allowed_groups) is not in the directory, or may not be read`);
    return (found?.length ?? 0) > 0;
  };
  const answers = await Promise.all(allowed_groups.map(isMember));
  return allowed_groups.filter((_group, index) => answers[index]);
}

/** The names of all groups below `group_search_base` that they are a member of (`manage_groups`). */
export async function groupsOf(person: Known, directory: Directory, settings: LdapSettings): Promise<string[]> {
  const { group_search_base: base, group_name_attribute: named } = settings;
  const found = await directory.search({ base, scope: 'sub', filter: groupFilter(person, settings), attributes: [named] });
  if (!found) throw new UnavailableError(`cannot find out groups: because ${base} (LDAPAuthenticator.group_search_base) is not there, or may not be read`);
  return [...new Set(found.flatMap((entry) => entry.values(named).slice(0, 1)))].sort();
}

const groupFilter = ({ dn, known }: Known, { group_search_filter }: LdapSettings): string => fill(group_search_filter, { userdn: escapeFilterValue(dn), uid: escapeFilterValue(known) });
