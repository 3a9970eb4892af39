import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Logger } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Authenticator } from '../../apps/hub/src/authenticators/authenticator.js';
import { createAuthenticator } from '../../apps/hub/src/authenticators/authenticators.module.js';
import { hubConfigSchema } from '../../apps/hub/src/config/schema.js';
import { UnavailableError } from '../../apps/hub/src/errors.js';
import { TestHub } from '../support/hub.js';
import { logIn } from '../support/log-in.js';
import { BASE, GROUPS, LDAP_PASSWORD, PEOPLE, type Person, SEARCHER, Slapd } from '../support/slapd.js';

const person = (uid: string): Person => ({ rdn: `uid=${uid}`, attributes: { uid, cn: `The ${uid}`, mail: `${uid}@example.org` } });

/** Names that mean something in a DN or in a filter, with what stands for them in a DN, written out by hand. */
const NASTY: [name: string, inDn: string][] = [
  ['a,b+c', 'a\\,b\\+c'],
  ['q"uo;te', 'q\\"uo\\;te'],
  ['<a=b>', '\\<a\\=b\\>'],
  ['back\\slash', 'back\\\\slash'],
  ['#hash#', '\\#hash#'],
  ['star*', 'star*'],
  ['(parens)', '(parens)'],
  ['ünï-李', 'ünï-李'],
];

const JOHN = { name: 'Doe, John (x)', rdn: 'cn=Doe\\, John (x)', sam: 'jdoe' };

const PERSONS: Person[] = [
  ...['ada', 'bob', 'carol'].map(person),
  ...NASTY.map(([name, inDn]) => ({ rdn: `uid=${inDn}`, attributes: { uid: name, cn: 'nasty' } })),
  { rdn: JOHN.rdn, attributes: { cn: JOHN.name, sAMAccountName: JOHN.sam, mail: ['twin@example.org', 'jdoe@example.org'] } },
  { rdn: 'uid=twin', attributes: { uid: 'twin', cn: ['one', 'two'], mail: 'twin@example.org' } },
  { rdn: 'uid=nopass', attributes: { uid: 'nopass', cn: 'nopass' }, password: '' },
];

const dnOf = (uid: string) => `uid=${uid},${PEOPLE}`;

let slapd: Slapd;
beforeAll(async () => {
  slapd = await Slapd.start(PERSONS, [
    { cn: 'physics', objectClass: 'groupOfNames', attributes: { member: [dnOf('ada'), `${JOHN.rdn},${PEOPLE}`, dnOf('back\\\\slash')] } },
    { cn: 'chemistry', objectClass: 'groupOfUniqueNames', attributes: { uniqueMember: dnOf('bob') } },
    { cn: 'unix', objectClass: 'posixGroup', attributes: { memberUid: ['ada', 'bob'] } },
  ]);
});
afterAll(() => slapd?.stop());

const lines: string[] = [];
beforeAll(() => {
  for (const level of ['warn', 'error'] as const) vi.spyOn(Logger.prototype, level).mockImplementation((line: string) => void lines.push(line));
});
afterEach(() => void (lines.length = 0));

type Traits = Record<string, unknown>;

/** The driver, set up for names in `uid` below ou=people, over StartTLS, unless said otherwise. */
function ldap(traits: Traits = {}): Authenticator {
  const base = { server_address: 'localhost', server_port: traits.tls_strategy === 'on_connect' ? slapd.tlsPort : slapd.port, tls_kwargs: { ca_certs_file: slapd.caFile }, bind_dn_template: `uid={username},${PEOPLE}` };
  return createAuthenticator(hubConfigSchema.parse({ JupyterHub: { authenticator_class: 'ldap' }, LDAPAuthenticator: { ...base, ...traits } }));
}

const LOOKUP = { bind_dn_template: [], lookup_dn: true, user_search_base: PEOPLE, user_attribute: 'uid', lookup_dn_search_user: SEARCHER.dn, lookup_dn_search_password: SEARCHER.password };
const AD = { ...LOOKUP, user_attribute: 'sAMAccountName', lookup_dn_user_dn_attribute: 'cn' };

const attempt = (driver: Authenticator, username: string, password = LDAP_PASSWORD) => driver.authenticate({ username, password, address: '127.0.0.1' });
const nameOf = async (driver: Authenticator, username: string, password?: string) => (await attempt(driver, username, password))?.name;

describe.each(['before_bind', 'on_connect', 'insecure'])('with tls_strategy %s', (tls_strategy) => {
  test('the right password is right, and no other', async () => {
    const driver = ldap({ tls_strategy });
    const tries: [string, string?][] = [['ada'], ['ada', 'wrong'], ['nobody'], ['nopass'], ['ada', `${LDAP_PASSWORD}x`]];
    expect(await Promise.all(tries.map(([name, password]) => nameOf(driver, name, password)))).toEqual(['ada', undefined, undefined, undefined, undefined]);
  });
});

describe('a certificate', () => {
  const asked = (traits: Traits) => attempt(ldap(traits), 'ada');

  test.each([
    ['of an authority that nobody named', {}],
    ['for another name', { server_address: '127.0.0.1' }],
    ['for none of the names that are valid', { tls_kwargs: { valid_names: ['ldap.example.org', 'example.org'] } }],
  ])('%s is not taken, and no password is sent', async (_what, traits: Traits) => {
    for (const tls_strategy of ['before_bind', 'on_connect']) {
      const before = slapd.log.length;
      const kwargs = 'server_address' in traits || traits.tls_kwargs ? { ca_certs_file: slapd.caFile, ...(traits.tls_kwargs as Traits) } : {};
      await expect(asked({ tls_strategy, ...traits, tls_kwargs: kwargs })).rejects.toThrow(/^cannot ask the directory .*; see LDAPAuthenticator\.tls_kwargs$/);
      expect(slapd.log.slice(before)).not.toContain('BIND dn');
    }
  });

  test('may be for one of several names, or not be looked at', async () => {
    const names = { tls_kwargs: { ca_certs_file: slapd.caFile, valid_names: ['ldap.example.org', 'localhost'] } };
    expect(await asked({ server_address: '127.0.0.1', ...names })).toMatchObject({ name: 'ada' });
    for (const tls_kwargs of [{ ca_certs_path: path.dirname(slapd.caFile) }, { ca_certs_data: readFileSync(slapd.caFile, 'utf8') }]) expect(await asked({ tls_kwargs })).toMatchObject({ name: 'ada' });
    const blind = ldap({ server_address: '127.0.0.1', tls_kwargs: { validate: 0 } });
    expect(await nameOf(blind, 'ada')).toBe('ada');
    expect(blind.warnings()).toEqual([expect.stringContaining('does not check certificates')]);
    expect(ldap().warnings()).toEqual([]);
    expect(ldap({ tls_strategy: 'insecure' }).warnings()).toEqual([expect.stringContaining('passwords go to localhost as they are')]);
  });

  test('that cannot be read keeps the hub from starting', () => {
    expect(() => ldap({ tls_kwargs: { ca_certs_file: '/nonexistent.pem' } })).toThrow('cannot use LDAPAuthenticator.tls_kwargs: because ENOENT');
  });
});

describe('names', () => {
  const ANY = { valid_username_regex: '' };

  test('mean what is in them, and nothing else, in templates and lookups', async () => {
    const [template, lookup] = [ldap(ANY), ldap({ ...LOOKUP, ...ANY })];
    for (const driver of [template, lookup]) expect(await Promise.all(NASTY.map(([name]) => nameOf(driver, name)))).toEqual(NASTY.map(([name]) => name));
  });

  test('that would reach into a DN or a filter are nobody', async () => {
    const INJECTIONS = ['*', 'ad*', 'ada)(uid=*', '*)(objectClass=*', 'ada,ou=people', 'ada\\', '\\61da', 'ada+cn=x', 'x)(|(uid=ada)', '{username}', '{login}', 'ada\0', ' ada', 'ada  ', 'the  ada', 'a'.repeat(4000)];
    const drivers = [ldap(ANY), ldap({ ...LOOKUP, ...ANY })];
    const found = await Promise.all(drivers.flatMap((driver) => INJECTIONS.map(async (name) => [name, await nameOf(driver, name)] as const)));
    expect(found.filter(([, name]) => name !== undefined)).toEqual([]);
  });

  test.each(['Ada', '1ada', 'ada@example.org', 'ada doe', ''])('%j is not asked for, unless valid_username_regex says so', async (name) => {
    const before = slapd.log.length;
    expect(await nameOf(ldap(), name)).toBeUndefined();
    expect(slapd.log.slice(before)).toBe('');
  });

  test('are one for each account, however the directory lets them be typed', async () => {
    const driver = ldap({ ...LOOKUP, ...ANY });
    // with a full-width letter it is the same name for the directory (RFC 4518)
    expect(await Promise.all(['ADA', 'ａda'].map((name) => nameOf(driver, name)))).toEqual(['ada', 'ada']);
  });
});

test.each(['', ' ', '\t\n', '\0', `\0${LDAP_PASSWORD}`])('the password %j is refused without asking', async (password) => {
  const before = slapd.log.length;
  expect(await nameOf(ldap(), 'ada', password)).toBeUndefined();
  expect(slapd.log.slice(before)).toBe('');
});

describe('bind_dn_template', () => {
  test('may be several, tried in turn', async () => {
    const driver = ldap({ bind_dn_template: ['', `cn={username},ou=open,${BASE}`, `uid={username},${PEOPLE}`] });
    expect(await nameOf(driver, 'bob')).toBe('bob');
    expect(await nameOf(driver, 'bob', 'wrong')).toBeUndefined();
  });
});

describe('lookup_dn', () => {
  test('finds who is named otherwise', async () => {
    expect(await nameOf(ldap(AD), JOHN.sam)).toBe('jdoe');
    expect(await nameOf(ldap({ ...AD, use_lookup_dn_username: true }), JOHN.sam)).toBe(JOHN.name);
    expect(await nameOf(ldap({ ...AD, bind_dn_template: [`cn={username},${PEOPLE}`] }), JOHN.sam)).toBe('jdoe');
    expect(await nameOf(ldap(AD), JOHN.sam, 'wrong')).toBeUndefined();
  });

  test('takes one entry, and one value', async () => {
    expect(await nameOf(ldap({ ...LOOKUP, user_attribute: 'mail', valid_username_regex: '.' }), 'twin@example.org')).toBeUndefined();
    expect(await nameOf(ldap({ ...LOOKUP, lookup_dn_user_dn_attribute: 'cn' }), 'twin')).toBeUndefined();
    expect(lines).toEqual([
      'Cannot look up "twin@example.org": the directory has more than one such entry',
      'Cannot look up "twin": the entry has 2 values of cn (LDAPAuthenticator.lookup_dn_user_dn_attribute)',
    ]);
  });

  test('with a filter of several lines finds people by what they like to type', async () => {
    const lookup_dn_search_filter = '(&\n  (objectClass=inetOrgPerson)\n  (| ({login_attr}={login}) (mail={login}) )\n)';
    expect(await nameOf(ldap({ ...LOOKUP, lookup_dn_search_filter, valid_username_regex: '.' }), 'ada@example.org')).toBe('ada@example.org');
  });

  test('may be anonymous, where the directory lets strangers look', async () => {
    const anonymous = { lookup_dn_search_user: null, lookup_dn_search_password: null };
    expect(await nameOf(ldap({ ...LOOKUP, ...anonymous, user_search_base: `ou=open,${BASE}` }), 'ada')).toBeUndefined();
    await expect(attempt(ldap({ ...LOOKUP, ...anonymous }), 'ada')).rejects.toThrow(`${PEOPLE} (LDAPAuthenticator.user_search_base) is not there, or may not be read`);
  });

  test('by an account that is not taken is a mistake of the operator, not of the person', async () => {
    const failed = attempt(ldap({ ...LOOKUP, lookup_dn_search_password: 'wrong' }), 'ada');
    await expect(failed).rejects.toThrow(UnavailableError);
    await expect(failed).rejects.toThrow('the directory does not take LDAPAuthenticator.lookup_dn_search_user: wrong name or password');
  });

  test('does as much for a name that is not there as for one that is', async () => {
    const bindsOf = async (name: string) => {
      const before = slapd.log.length;
      await nameOf(ldap(LOOKUP), name, 'wrong');
      return slapd.log.slice(before).match(/ BIND dn="[^"]*" method/g)?.length;
    };
    expect([await bindsOf('ada'), await bindsOf('nobody')]).toEqual([2, 2]);
  });
});

test('a wrong login is answered after half a second, however soon the directory knows', async () => {
  const took = async (name: string) => {
    const begun = performance.now();
    await nameOf(ldap(), name, 'wrong');
    return performance.now() - begun;
  };
  // a timer may be a millisecond early
  for (const name of ['ada', 'nobody']) expect(await took(name)).toBeGreaterThan(495);
});

test('search_filter lets in those for whom it finds one entry', async () => {
  const filtered = (search_filter: string, traits: Traits = {}) => ldap({ user_search_base: PEOPLE, user_attribute: 'uid', lookup_dn_search_user: null, search_filter, attributes: ['cn'], ...traits });
  expect(await nameOf(filtered('(&({userattr}={username})(mail=ada@*))'), 'ada')).toBe('ada');
  expect(await nameOf(filtered('(&({userattr}={username})(mail=ada@*))'), 'bob')).toBeUndefined();
  // each may see their own entry only
  expect(await nameOf(filtered('(|(uid={username})(uid=bob))'), 'ada')).toBe('ada');
  expect(lines).toEqual(['LDAPAuthenticator.search_filter finds no entry for "bob"']);
});

describe('groups', () => {
  const [physics, chemistry, unix] = ['physics', 'chemistry', 'unix'].map((cn) => `cn=${cn},${GROUPS}`) as [string, string, string];
  const allowed_groups = [physics, chemistry, unix, `cn=gone,${GROUPS}`];

  test.each([
    ['ada', {}, [physics, unix]],
    ['bob', {}, [chemistry, unix]],
    ['carol', {}, []],
    ['back\\slash', { valid_username_regex: '' }, [physics]],
    [JOHN.sam, AD, [physics]],
  ])('of %s let them in', async (name, traits: Traits, groups) => {
    const driver = ldap({ ...traits, allowed_groups });
    const model = (await attempt(driver, name))!;
    expect(model.authState!.ldap_groups).toEqual(groups);
    expect(await driver.allows!(model)).toBe(groups.length > 0);
    expect(lines).toEqual([`The group ${JSON.stringify(`cn=gone,${GROUPS}`)} (LDAPAuthenticator.allowed_groups) is not in the directory, or may not be read`]);
  });

  test('that were not asked for let nobody in', async () => {
    expect(await ldap().allows!((await attempt(ldap({ allowed_groups }), 'ada'))!)).toBe(false);
  });

  test('are told by name with manage_groups', async () => {
    const driver = ldap({ manage_groups: true, group_search_base: GROUPS });
    expect((await attempt(driver, 'ada'))!.groups).toEqual(['physics', 'unix']);
    expect((await attempt(driver, 'carol'))!.groups).toEqual([]);
    expect((await attempt(ldap({ allowed_groups }), 'ada'))!.groups).toBeUndefined();
    await expect(attempt(ldap({ manage_groups: true, group_search_base: `ou=gone,${BASE}` }), 'ada')).rejects.toThrow(UnavailableError);
  });

  test('can be looked for by a filter of one’s own', async () => {
    const driver = ldap({ manage_groups: true, group_search_base: GROUPS, group_search_filter: '(&(objectClass=posixGroup)(memberUid={uid}))', group_name_attribute: 'gidNumber' });
    expect((await attempt(driver, 'ada'))!.groups).toEqual(['4711']);
    // a matching rule by its number, as Active Directory wants it for groups within groups; this one is distinguishedNameMatch
    const byRule = ldap({ ...AD, allowed_groups: [physics, chemistry], group_search_filter: '(member:2.5.13.1:={userdn})' });
    expect((await attempt(byRule, JOHN.sam))!.authState!.ldap_groups).toEqual([physics]);
  });
});

test('auth_state has the attributes that were asked for', async () => {
  const auth_state_attributes = ['mail', 'CN', 'jpegPhoto', 'userPassword'];
  expect((await attempt(ldap({ auth_state_attributes }), 'ada'))!.authState).toEqual({ ldap_groups: [], user_attributes: { mail: ['ada@example.org'], CN: ['The ada'], jpegPhoto: [], userPassword: [] } });
});

describe('a directory', () => {
  test('that sends people elsewhere is not followed', async () => {
    await expect(attempt(ldap({ ...LOOKUP, user_search_base: `cn=elsewhere,${BASE}` }), 'ada')).rejects.toThrow('it sends us to another server, where we do not go');
    // the base of this search has a referral below it
    expect(await nameOf(ldap({ ...LOOKUP, user_search_base: BASE }), 'ada')).toBe('ada');
  });

  test('that is not there is told so, with its address', async () => {
    await slapd.signal('SIGTERM');
    try {
      const failed = attempt(ldap(), 'ada');
      await expect(failed).rejects.toThrow(UnavailableError);
      await expect(failed).rejects.toThrow(new RegExp(`^cannot ask the directory localhost:${slapd.port}: because .*ECONNREFUSED`));
    } finally {
      await slapd.resume();
    }
    expect(await nameOf(ldap(), 'ada')).toBe('ada');
  });

  test('that does not answer is given up after 15 seconds', async () => {
    const timeout = AbortSignal.timeout.bind(AbortSignal);
    const deadline = vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => timeout(ms / 50));
    await slapd.signal('SIGSTOP');
    try {
      for (const traits of [{}, { tls_strategy: 'on_connect' }, { tls_strategy: 'insecure' }, LOOKUP]) {
        await expect(attempt(ldap(traits), 'ada')).rejects.toThrow('it does not answer in time');
      }
      expect(deadline.mock.calls.flat()).toEqual([15_000, 15_000, 15_000, 15_000]);
    } finally {
      await slapd.signal('SIGCONT');
      deadline.mockRestore();
    }
  });

  test('has been told goodbye by each connection that asked it something', () => {
    const asking = new Set([...slapd.log.matchAll(/conn=(\d+) op=\d+ (?:BIND|SRCH)/g)].map(([, id]) => id));
    const leaving = new Set([...slapd.log.matchAll(/conn=(\d+) op=\d+ UNBIND/g)].map(([, id]) => id));
    expect(asking.size).toBeGreaterThan(50);
    expect([...asking].filter((id) => !leaving.has(id))).toEqual([]);
  });
});

describe('the built hub', () => {
  const ADMIN = 'ldap-test-admin-0123456789';
  let hub: TestHub;
  beforeAll(async () => {
    hub = await new TestHub({
      JupyterHub: { authenticator_class: 'ldapauthenticator.LDAPAuthenticator', services: [{ name: 'watcher', api_token: ADMIN, admin: true }] },
      LDAPAuthenticator: { server_address: 'localhost', server_port: slapd.tlsPort, tls_strategy: 'on_connect', tls_kwargs: { ca_certs_file: slapd.caFile }, bind_dn_template: `uid={username},${PEOPLE}`, allowed_groups: [`cn=physics,${GROUPS}`], manage_groups: true, group_search_base: GROUPS },
    }).start();
  });
  afterAll(() => hub?.dispose(ADMIN));

  test('lets in who is in an allowed group, makes nobody a user who is not, and tells who it is that the directory is away', async () => {
    expect((await logIn(hub.base, 'ada', LDAP_PASSWORD)).answer.status).toBe(302);
    expect(await (await hub.request('GET', '/users/ada', { token: ADMIN })).json()).toMatchObject({ groups: ['physics', 'unix'], admin: false });
    expect((await logIn(hub.base, 'bob', LDAP_PASSWORD)).answer.status).toBe(403);
    await slapd.signal('SIGTERM');
    const { answer } = await logIn(hub.base, 'carol', LDAP_PASSWORD);
    expect([answer.status, answer.text]).toEqual([503, expect.stringContaining('Your password cannot be checked right now.')]);
    expect(hub.log).toMatch(/Cannot check a login for "carol" from 127\.0\.0\.1: cannot ask the directory localhost:\d+: because .*ECONNREFUSED/);
    for (const name of ['bob', 'carol']) expect((await hub.request('GET', `/users/${name}`, { token: ADMIN })).status).toBe(404);
    expect(hub.log).not.toContain('battery');
  });
});
