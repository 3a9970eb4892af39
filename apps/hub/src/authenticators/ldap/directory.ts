import { setTimeout as wait } from 'node:timers/promises';
import type { Client, Entry as LdapEntry, SearchOptions } from 'ldapts';
import { HubError, messageOf, UnavailableError } from '../../errors.js';
import { clientOver, type DirectoryAddress, openConnection } from './connection.js';
import { compactFilter } from './escapes.js';
import { INSUFFICIENT_ACCESS, NO_SUCH_OBJECT, refusalOf, resultCode } from './refusals.js';

/** What a directory says about itself in an answer is shown up to this length. */
const LONGEST_SAYING = 300;
const PAGE = 500;
const LAST_WORDS_MS = 1000;

export interface Entry {
  dn: string;
  /** The values of an attribute, whichever way its name is spelled; what is no text, in base64. */
  values(attribute: string): string[];
}

export interface Question {
  base: string;
  scope: 'base' | 'sub';
  /** With all values escaped. */
  filter: string;
  attributes: readonly string[];
  /** Only which attributes there are. */
  withoutValues?: boolean;
  /** No more entries than that; without it, all of them. */
  most?: number;
}

/** One conversation with a directory server. */
export class Directory {
  constructor(
    private readonly client: Client,
    private readonly name: string,
  ) {}

  /**
   * Logs in as an entry. Neither may be empty: a directory takes everybody who says no name or no password (RFC 4513, section 5.1).
   * @returns why it does not take them; undefined when it does
   * @throws UnavailableError when it cannot say
   */
  async bind(dn: string, password: string): Promise<string | undefined> {
    if (dn.trim() === '' || password === '') return 'an empty name or password proves nothing';
    try {
      await this.client.bind(dn, password);
      return undefined;
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === undefined) throw this.#failure('check a password', error);
      const saying = sayingOf(error);
      return saying.includes(password) ? refusal : `${refusal} (it says ${JSON.stringify(saying)})`;
    }
  }

  /**
   * Referrals to other servers are not followed.
   * @returns undefined when the base is not there, or may not be read
   * @throws UnavailableError
   */
  async search({ base, scope, filter, attributes, withoutValues = false, most }: Question): Promise<Entry[] | undefined> {
    const options: SearchOptions = {
      scope,
      filter: compactFilter(filter),
      // an empty list would ask for all of them (RFC 4511, section 4.5.1.8)
      attributes: attributes.length > 0 ? [...attributes] : ['1.1'],
      returnAttributeValues: !withoutValues,
      ...(most === undefined ? { paged: { pageSize: PAGE } } : { sizeLimit: most }),
    };
    try {
      return (await this.client.search(base, options)).searchEntries.map(entryOf);
    } catch (error) {
      if ([NO_SUCH_OBJECT, INSUFFICIENT_ACCESS].includes(resultCode(error) ?? 0)) return undefined;
      throw this.#failure(`search below ${JSON.stringify(base)}`, error);
    }
  }

  /** Says goodbye. What goes wrong with that changes nothing: the answer is there, or its failure is being told. */
  async close(): Promise<void> {
    const timeUp = new AbortController();
    await Promise.race([this.client.unbind().catch(() => {}), wait(LAST_WORDS_MS, undefined, { signal: timeUp.signal, ref: false }).catch(() => {})]);
    timeUp.abort();
  }

  /** A directory that answers, and cannot do what it is asked; a connection that broke is told by `withDirectory`. */
  #failure(what: string, error: unknown): unknown {
    if (resultCode(error) === undefined) return error;
    return new UnavailableError(`cannot ${what} at the directory ${this.name}: because it says ${JSON.stringify(sayingOf(error))}${hintFor(error)}`, { cause: error });
  }
}

/**
 * Opens a connection, talks, and closes it, whatever happens.
 * @param signal ends it
 * @throws UnavailableError when the directory cannot be reached or does not answer in time
 */
export async function withDirectory<T>(address: DirectoryAddress, signal: AbortSignal, talk: (directory: Directory) => Promise<T>): Promise<T> {
  const name = `${address.host}:${address.port}`;
  try {
    const stream = await openConnection(address, signal);
    const directory = new Directory(await clientOver(stream), name);
    try {
      return await talk(directory);
    } finally {
      await directory.close();
      stream.destroy();
    }
  } catch (error) {
    if (error instanceof HubError) throw error;
    const because = signal.aborted ? 'it does not answer in time' : `${reasonOf(error)}${hintFor(error)}`;
    throw new UnavailableError(`cannot ask the directory ${name}: because ${because}`, { cause: error });
  }
}

function entryOf(entry: LdapEntry): Entry {
  const attributes = new Map(Object.entries(entry).map(([name, value]) => [name.toLowerCase(), [value].flat()]));
  const text = (value: string | Buffer) => (typeof value === 'string' ? value : value.toString('base64'));
  return { dn: entry.dn, values: (attribute) => (attributes.get(attribute.toLowerCase()) ?? []).map(text) };
}

const sayingOf = (error: unknown): string => messageOf(error).replace(/ Code: 0x[0-9a-f]+$/, '').slice(0, LONGEST_SAYING);

/** Of a host with several addresses, what became of each. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join(', ');
  const { cause } = error as { cause?: unknown };
  return cause === undefined ? messageOf(error) : `${messageOf(error)}: ${messageOf(cause)}`;
}

const CONFIDENTIALITY_REQUIRED = [8, 13];
const OPERATIONS_ERROR = 1;
const PROTOCOL_ERROR = 2;
const REFERRAL = 10;

/** What an operator can do about it. */
function hintFor(error: unknown): string {
  const code = resultCode(error);
  if (code === REFERRAL) return '; it sends us to another server, where we do not go: set LDAPAuthenticator.server_address to that one';
  if (CONFIDENTIALITY_REQUIRED.includes(code ?? 0)) return '; it wants TLS: see LDAPAuthenticator.tls_strategy';
  if (code === OPERATIONS_ERROR) return '; it may want to be asked by LDAPAuthenticator.lookup_dn_search_user';
  if (code === PROTOCOL_ERROR) return '; a server without StartTLS needs LDAPAuthenticator.tls_strategy on_connect, or insecure';
  return /certificate|altname|self.signed/i.test(messageOf(error)) ? '; see LDAPAuthenticator.tls_kwargs' : '';
}
