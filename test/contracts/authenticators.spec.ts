import { scryptSync } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { HOTP, Secret } from 'otpauth';
import { NativeAccounts } from '../../apps/hub/src/authenticators/native/accounts.repository.js';
import { openDatabase } from '../../apps/hub/src/database/connection.js';
import { PlainReads } from '../../apps/hub/src/database/reads.js';
import { describeAuthenticator } from './authenticator-contract.js';
import { Machine } from '../support/machine.js';
import { CLIENT, TestProvider } from '../support/openid-provider.js';
import { OAuthBrowser } from '../support/sign-in.js';
import { LDAP_PASSWORD, PEOPLE, SEARCHER, Slapd } from '../support/slapd.js';

const SERVICE = 'elara-e2e-contract';
const names = (prefix: string) => ({ known: `${prefix}ada`, blocked: `${prefix}bob`, outsider: `${prefix}eve`, admin: `${prefix}ann` });
const credentials = (prefix: string, password: string, adminPassword = password) => {
  const { known, blocked, outsider, admin } = names(prefix);
  const person = (username: string) => ({ username, password });
  return { known: person(known), blocked: person(blocked), outsider: person(outsider), admin: { username: admin, password: adminPassword } };
};

describeAuthenticator('dummy', () => ({
  traits: { JupyterHub: { authenticator_class: 'dummy' }, DummyAuthenticator: { password: 'secret of all' } },
  people: credentials('', 'secret of all'),
  spellings: ['ADA', ' Ada '],
}));

describeAuthenticator('shared-password', () => ({
  traits: { JupyterHub: { authenticator_class: 'shared-password' }, SharedPasswordAuthenticator: { user_password: 'course-2026', admin_password: 'a-much-longer-password-for-admins' } },
  people: credentials('', 'course-2026', 'a-much-longer-password-for-admins'),
  spellings: ['ADA', ' Ada '],
}));

// what is asked after the password is tried in test/api/native.spec.ts: it is a page of its own
describeAuthenticator('native', async () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'elara-contract-'));
  const [db_url, people] = [`sqlite:///${path.join(dir, 'hub.sqlite')}`, credentials('', 'zebra ladder nine')];
  const password = `$scrypt$ln=14,r=8,p=1$c2FsdA$${scryptSync(people.known.password, 'salt', 32, { N: 2 ** 14, r: 8, p: 1 }).toString('base64').replace('=', '')}`;
  const db = await openDatabase(db_url);
  const accounts = new NativeAccounts(db, new PlainReads(db));
  // by themselves, so that the lists of the config decide
  for (const { username: name } of Object.values(people)) await accounts.insert({ name, password, approved: true });
  await db.destroy();
  return {
    traits: { JupyterHub: { authenticator_class: 'native', db_url }, NativeAuthenticator: { password_hash_cost: 14 } },
    people,
    spellings: ['ADA', ' Ada '],
    dispose: () => rmSync(dir, { recursive: true, force: true }),
  };
});

describeAuthenticator('null', () => ({ traits: { JupyterHub: { authenticator_class: 'null' } } }), { people: false });

describeAuthenticator(
  'pam',
  () => {
    const machine = new Machine();
    const dir = mkdtempSync(path.join(tmpdir(), 'elara-contract-'));
    const people = credentials('elara-e2e-', 'correct horse battery');
    for (const { username, password } of Object.values(people)) machine.account(username, { password });
    const [unix, account] = ['auth requisite pam_unix.so nodelay', 'account required pam_unix.so'];
    const serve = (auth: string) => machine.service(SERVICE, [auth, account]);
    serve(unix);
    // a module that ends the process it runs in
    const crash = path.join(dir, 'crash');
    writeFileSync(crash, '#!/bin/sh\nkill -9 $PPID\n');
    chmodSync(crash, 0o755);
    const secret = new Secret({ size: 20 });
    writeFileSync(path.join(dir, 'oath'), `HOTP ${people.known.username} - ${secret.hex}\n`, { mode: 0o600 });
    machine.service(`${SERVICE}-otp`, [unix, `auth required pam_oath.so usersfile=${path.join(dir, 'oath')} digits=6 window=20`, account]);
    const pam = (service: string) => ({ JupyterHub: { authenticator_class: 'pam' }, PAMAuthenticator: { service } });
    return {
      traits: pam(SERVICE),
      people,
      spellings: ['ELARA-E2E-ADA', ' elara-e2e-Ada '],
      secondFactor: {
        traits: { ...pam(`${SERVICE}-otp`), Authenticator: { request_otp: true } },
        right: { ...people.known, otp: new HOTP({ secret, digits: 6, counter: 3 }).generate() },
        wrong: { ...people.known, otp: '000000' },
      },
      takeAway: async () => {
        serve(`auth required pam_exec.so ${crash}`);
        return async () => serve(unix);
      },
      dispose: () => {
        machine.removeAll();
        rmSync(dir, { recursive: true, force: true });
      },
    };
  },
  { secondFactor: true, backend: true },
);

describeAuthenticator(
  'ldap',
  async () => {
    const people = credentials('', LDAP_PASSWORD);
    const slapd = await Slapd.start(Object.values(people).map(({ username: uid }) => ({ rdn: `uid=${uid}`, attributes: { uid, cn: uid } })));
    const lookup = { lookup_dn: true, user_search_base: PEOPLE, user_attribute: 'uid', lookup_dn_search_user: SEARCHER.dn, lookup_dn_search_password: SEARCHER.password };
    return {
      traits: {
        JupyterHub: { authenticator_class: 'ldap' },
        LDAPAuthenticator: { server_address: 'localhost', server_port: slapd.port, tls_kwargs: { ca_certs_file: slapd.caFile }, valid_username_regex: '', ...lookup },
      },
      people,
      spellings: ['ADA', ' Ada '],
      takeAway: async () => {
        await slapd.signal('SIGTERM');
        return () => slapd.resume();
      },
      dispose: () => slapd.stop(),
    };
  },
  { backend: true },
);

describeAuthenticator(
  'generic-oauth',
  async () => {
    const provider = await TestProvider.start();
    return {
      traits: { JupyterHub: { authenticator_class: 'generic-oauth' }, GenericOAuthenticator: { ...CLIENT, issuer: provider.issuer, scope: ['openid'], username_claim: 'preferred_username' } },
      // who somebody is there needs no password here
      people: credentials('', ''),
      spellings: ['ADA', 'aDa'],
      logIn: async (app, { username }) => {
        provider.accounts.set('somebody', { preferred_username: username });
        const answer = await new OAuthBrowser(app).signIn('somebody');
        const cookies = ([answer.headers['set-cookie'] ?? []].flat() as string[]).filter((line) => !line.startsWith('oauthenticator-state'));
        return { ...answer, headers: { ...answer.headers, 'set-cookie': cookies } };
      },
      dispose: () => provider.stop(),
    };
  },
  { form: false },
);
