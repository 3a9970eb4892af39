import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeAuthority, makeCertificate } from './certificates.js';
import { freePort, until } from './hub.js';

export const BASE = 'dc=example,dc=org';
export const PEOPLE = `ou=people,${BASE}`;
export const GROUPS = `ou=groups,${BASE}`;
/** An account that may look people up. */
export const SEARCHER = { dn: `cn=searcher,${BASE}`, password: 'looks people up' };
export const LDAP_PASSWORD = 'correct horse: "battery" $taple ü';

export interface Person {
  /** The first part of the DN, escaped. */
  rdn: string;
  attributes: Record<string, string | string[]>;
  password?: string;
}

export interface Group {
  cn: string;
  objectClass: 'groupOfNames' | 'groupOfUniqueNames' | 'posixGroup';
  attributes: Record<string, string | string[]>;
}

/** An OpenLDAP server of the test's own, on loopback, with and without TLS; gone after `stop`. */
export class Slapd {
  readonly #dir = mkdtempSync(path.join(tmpdir(), 'elara-slapd-'));
  #process?: ChildProcess;

  private constructor(
    readonly port: number,
    readonly tlsPort: number,
  ) {}

  static async start(people: readonly Person[], groups: readonly Group[] = []): Promise<Slapd> {
    const slapd = new Slapd(await freePort(), await freePort());
    slapd.#prepare([...people.map(personEntry), ...groups.map(groupEntry)]);
    await slapd.resume();
    return slapd;
  }

  /** The certificate of the authority that the server's own is signed by; that one is for `localhost` alone. */
  get caFile(): string {
    return path.join(this.#dir, 'ca.pem');
  }

  /** What the server did, a line for each request and answer. */
  get log(): string {
    return readFileSync(path.join(this.#dir, 'log'), 'utf8');
  }

  /** Starts it again, with the same entries. */
  async resume(): Promise<void> {
    const urls = `ldap://127.0.0.1:${this.port}/ ldaps://127.0.0.1:${this.tlsPort}/`;
    const command = ['-c', 'exec "$@" >>"$0" 2>&1', path.join(this.#dir, 'log'), '/usr/sbin/slapd', '-f', path.join(this.#dir, 'slapd.conf'), '-h', urls, '-d', 'stats'];
    this.#process = spawn('/bin/sh', command, { stdio: 'ignore' });
    for (const port of [this.port, this.tlsPort]) await until('slapd answers', () => this.#answers(port));
  }

  /** Ends it, or has it go on without answering. */
  async signal(signal: 'SIGTERM' | 'SIGSTOP' | 'SIGCONT'): Promise<void> {
    const child = this.#process!;
    child.kill(signal);
    if (signal === 'SIGTERM') await until('slapd has gone', () => child.exitCode !== null || child.signalCode !== null);
  }

  async stop(): Promise<void> {
    this.#process?.kill('SIGCONT');
    await this.signal('SIGTERM');
    rmSync(this.#dir, { recursive: true, force: true });
  }

  #prepare(entries: readonly string[]): void {
    if (!existsSync('/usr/sbin/slapd')) throw new Error('cannot start slapd: because it is not installed; install the package slapd');
    mkdirSync(path.join(this.#dir, 'data'));
    const authority = makeAuthority(this.#dir);
    const { certFile, keyFile } = makeCertificate(this.#dir, authority, 'localhost');
    writeFileSync(path.join(this.#dir, 'slapd.conf'), slapdConf(this.#dir, this.caFile, certFile, keyFile));
    const ldif = [...BASE_ENTRIES, ...entries].join('\n\n');
    execFileSync('/usr/sbin/slapadd', ['-q', '-f', path.join(this.#dir, 'slapd.conf')], { input: `${ldif}\n`, stdio: ['pipe', 'ignore', 'pipe'] });
  }

  #answers(port: number): Promise<boolean> {
    if (this.#process?.exitCode !== null) throw new Error(`slapd ended with status ${this.#process?.exitCode}:\n${this.log.slice(-2000)}`);
    return new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(Boolean(socket.destroy())));
      socket.once('error', () => resolve(false));
    });
  }
}

const slapdConf = (dir: string, ca: string, cert: string, key: string) => `
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/nis.schema
include /etc/ldap/schema/inetorgperson.schema
# a person whose entry is named by anything, as in Active Directory
attributetype ( 1.2.840.113556.1.4.221 NAME 'sAMAccountName' EQUALITY caseIgnoreMatch SUBSTR caseIgnoreSubstringsMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
objectclass ( 1.2.840.113556.1.5.9 NAME 'adUser' SUP top AUXILIARY MAY sAMAccountName )
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile ${dir}/pid
TLSCACertificateFile ${ca}
TLSCertificateFile ${cert}
TLSCertificateKeyFile ${key}
database mdb
suffix ${BASE}
directory ${dir}/data
dbnosync
access to attrs=userPassword by anonymous auth by * none
access to dn.base="${PEOPLE}" by users read by * none
access to dn.subtree="${PEOPLE}" by dn.exact="${SEARCHER.dn}" read by self read by * none
access to dn.subtree="ou=open,${BASE}" by * read
access to * by users read by * none
`;

const BASE_ENTRIES = [
  entry(BASE, { objectClass: ['dcObject', 'organization'], dc: 'example', o: 'Example' }),
  ...['people', 'groups', 'open'].map((ou) => entry(`ou=${ou},${BASE}`, { objectClass: 'organizationalUnit', ou })),
  entry(SEARCHER.dn, { objectClass: ['organizationalRole', 'simpleSecurityObject'], cn: 'searcher', userPassword: SEARCHER.password }),
  entry(`cn=elsewhere,${BASE}`, { objectClass: ['referral', 'extensibleObject'], cn: 'elsewhere', ref: 'ldap://127.0.0.1:1/dc=evil,dc=org' }),
];

function personEntry({ rdn, attributes, password = LDAP_PASSWORD }: Person): string {
  return entry(`${rdn},${PEOPLE}`, { objectClass: ['inetOrgPerson', 'adUser'], sn: 'x', ...(password && { userPassword: password }), ...attributes });
}

function groupEntry({ cn, objectClass, attributes }: Group): string {
  return entry(`cn=${cn},${GROUPS}`, { objectClass, cn, ...(objectClass === 'posixGroup' && { gidNumber: '4711' }), ...attributes });
}

/** In LDIF, all of it in base64, so that nothing needs escaping twice (RFC 2849). */
function entry(dn: string, attributes: Record<string, string | string[]>): string {
  const line = (name: string, value: string) => `${name}:: ${Buffer.from(value).toString('base64')}`;
  return [line('dn', dn), ...Object.entries(attributes).flatMap(([name, values]) => [values].flat().map((value) => line(name, value)))].join('\n');
}
