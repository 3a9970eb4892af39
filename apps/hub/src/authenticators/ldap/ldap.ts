import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { UnavailableError } from '../../errors.js';
import type { Authenticator, AuthModel, LoginAttempt } from '../authenticator.js';
import { InTurn } from '../in-turn.js';
import { shownName } from '../usernames.js';
import type { DirectoryAddress } from './connection.js';
import { type Directory, withDirectory } from './directory.js';
import { escapeDnValue, escapeFilterValue, fill } from './escapes.js';
import { attributesOf, groupsOf, type LdapSettings, memberOf, type Person } from './person.js';
import { spelledLike } from './spelling.js';
import { tlsOptions } from './tls-options.js';

const log = new Logger('ldap');

/** For all questions of one login. */
const LONGEST_CHECK_MS = 15_000;
const AT_A_TIME = 20;
/** Wrong logins are answered in such steps, because a directory takes its time for names that it knows. */
const STEP_MS = 500;

/** The accounts of a directory (reference hub-behaviour 4.6). */
export class LdapAuthenticator implements Authenticator {
  readonly hasForm = true;
  readonly tellsGroups = true;
  readonly #address: DirectoryAddress;
  readonly #turns = new InTurn(AT_A_TIME);

  /** @throws StartupError for certificates and keys that cannot be used */
  constructor(private readonly settings: LdapSettings) {
    const { server_address: host, server_port, tls_strategy: tls, tls_kwargs } = settings;
    const port = server_port ?? (tls === 'on_connect' ? 636 : 389);
    this.#address = { host, port, tls, tlsOptions: tlsOptions(tls_kwargs), validNames: tls_kwargs.valid_names };
  }

  async authenticate({ username, password }: LoginAttempt): Promise<AuthModel | undefined> {
    if (!this.#mayBeAsked(username, password)) return undefined;
    const begun = performance.now();
    const model = await this.#turns.run(() => this.#check(username, password, AbortSignal.timeout(LONGEST_CHECK_MS)));
    if (!model) await wait(STEP_MS - ((performance.now() - begun) % STEP_MS));
    return model;
  }

  async allows({ authState }: AuthModel): Promise<boolean> {
    const groups = (authState?.ldap_groups ?? []) as readonly string[];
    return groups.some((group) => this.settings.allowed_groups.includes(group));
  }

  warnings(): string[] {
    const { tls_strategy, tls_kwargs, server_address } = this.settings;
    if (tls_strategy === 'insecure') return [`LDAPAuthenticator.tls_strategy is insecure: passwords go to ${server_address} as they are, and answers can be forged on the way`];
    return tls_kwargs.validate === 0 ? ['LDAPAuthenticator.tls_kwargs does not check certificates: whoever is on the way can be the directory'] : [];
  }

  /** What can be told without the directory. */
  #mayBeAsked(username: string, password: string): boolean {
    const isNamed = new RegExp(`^(?:${this.settings.valid_username_regex})`, 'u').test(username);
    if (!isNamed) log.warn(`${shownName(username)} does not match LDAPAuthenticator.valid_username_regex`);
    // white space is no password either, and for some servers a NUL ends one; a directory does not count spaces, a hub does
    return isNamed && username !== '' && password.trim() !== '' && !password.includes('\0') && !/\0|^\s|\s\s|\s$/.test(username);
  }

  async #check(username: string, password: string, signal: AbortSignal): Promise<AuthModel | undefined> {
    const person = this.settings.lookup_dn ? await this.#find(username, signal) : { typed: username, known: username };
    if (!person) return this.#bindInVain(signal);
    for (const dn of this.#namesOf(person)) {
      const outcome = await withDirectory(this.#address, signal, async (directory) => {
        const refusal = await directory.bind(dn, password);
        if (refusal !== undefined) log.warn(`The directory does not take ${shownName(username)}: ${refusal}`);
        return refusal === undefined ? { model: await this.#model(directory, { ...person, dn }) } : undefined;
      });
      if (outcome) return outcome.model;
    }
    return undefined;
  }

  /** Looks somebody up with the rights of `lookup_dn_search_user`. */
  async #find(username: string, signal: AbortSignal): Promise<Person | undefined> {
    const { lookup_dn_search_filter, lookup_dn_user_dn_attribute: named, user_attribute, user_search_base } = this.settings;
    const filter = fill(lookup_dn_search_filter, { login_attr: user_attribute!, login: escapeFilterValue(username) });
    const found = await withDirectory(this.#address, signal, async (directory) => {
      await this.#bindAsSearcher(directory);
      return directory.search({ base: user_search_base!, scope: 'sub', filter, attributes: [user_attribute!, ...(named ? [named] : [])], most: 2 });
    });
    if (!found) throw new UnavailableError(`cannot look people up: because ${user_search_base} (LDAPAuthenticator.user_search_base) is not there, or may not be read`);
    const [entry, another] = found;
    if (!entry || another) return this.#unknown(username, another ? 'the directory has more than one such entry' : 'the directory has no such entry');
    const values = named ? entry.values(named) : [username];
    if (values.length !== 1) return this.#unknown(username, `the entry has ${values.length} values of ${named} (LDAPAuthenticator.lookup_dn_user_dn_attribute)`);
    return { typed: spelledLike(username, entry.values(user_attribute!)), known: values[0]!, dn: entry.dn };
  }

  async #bindAsSearcher(directory: Directory): Promise<void> {
    const { lookup_dn_search_user: user, lookup_dn_search_password: password } = this.settings;
    if (!user) return;
    const refusal = await directory.bind(user, password ?? '');
    if (refusal !== undefined) throw new UnavailableError(`cannot look people up: because the directory does not take LDAPAuthenticator.lookup_dn_search_user: ${refusal}`);
  }

  #unknown(username: string, why: string): undefined {
    log.warn(`Cannot look up ${shownName(username)}: ${why}`);
  }

  /** Somebody who is not there costs the directory as much as somebody who is. */
  async #bindInVain(signal: AbortSignal): Promise<undefined> {
    const dn = `cn=${randomUUID()},${this.settings.user_search_base}`;
    await withDirectory(this.#address, signal, (directory) => directory.bind(dn, randomUUID()));
  }

  /** The DNs to log in as, in turn. */
  #namesOf({ known, dn }: Person): string[] {
    const { bind_dn_template } = this.settings;
    if (bind_dn_template.length === 0) return [dn!];
    return bind_dn_template.map((template) => fill(template, { username: escapeDnValue(known) }));
  }

  /** Who somebody is who has just logged in to the directory, asked with their own rights. */
  async #model(directory: Directory, person: Person & { dn: string }): Promise<AuthModel | undefined> {
    const { settings } = this;
    if (!(await this.#passesFilter(directory, person))) return undefined;
    const [user_attributes, ldap_groups, groups] = await Promise.all([attributesOf(person, directory, settings), memberOf(person, directory, settings), settings.manage_groups ? groupsOf(person, directory, settings) : undefined]);
    return { name: settings.use_lookup_dn_username ? person.known : person.typed, authState: { ldap_groups, user_attributes }, ...(groups && { groups }) };
  }

  async #passesFilter(directory: Directory, { typed, known }: Person): Promise<boolean> {
    const { search_filter, user_attribute, user_search_base, attributes } = this.settings;
    if (search_filter === '') return true;
    const filter = fill(search_filter, { userattr: user_attribute ?? '', username: escapeFilterValue(known) });
    const found = await directory.search({ base: user_search_base!, scope: 'sub', filter, attributes, withoutValues: true, most: 2 });
    if (found?.length === 1) return true;
    const what = found ? `${found.length === 0 ? 'no' : 'more than one'} entry` : `nothing, because they may not read ${user_search_base},`;
    log.warn(`LDAPAuthenticator.search_filter finds ${what} for ${shownName(typed)}`);
    return false;
  }
}
