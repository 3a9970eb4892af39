import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { hubConfigSchema } from '../config/schema.js';
import { StartupError } from '../errors.js';
import { CryptKeeper, cryptKeys } from './crypt-keeper.js';
import { FernetError } from './fernet.js';

const config = (keys: string | string[] = [], enable_auth_state = true) =>
  hubConfigSchema.parse({
    JupyterHub: { authenticator_class: 'dummy' },
    Authenticator: { enable_auth_state },
    DummyAuthenticator: { enable_auth_state },
    CryptKeeper: { keys },
  });

const [OLD, NEW] = [randomBytes(32), randomBytes(32)];
const STATE = { token: 'upstream', näme: ['ü', 1, null] };

test.each([
  ['hex', OLD.toString('hex')],
  ['upper-case hex', OLD.toString('hex').toUpperCase()],
  ['url-safe base64', `${OLD.toString('base64url')}=`],
  ['base64', OLD.toString('base64')],
])('a key may be written in %s', (_form, key) => {
  expect(cryptKeys(config(), { JUPYTERHUB_CRYPT_KEY: key })).toEqual([OLD]);
});

test('a key may be 32 characters as they are', () => {
  const raw = 'correct horse battery staple 123';
  expect(cryptKeys(config(), { JUPYTERHUB_CRYPT_KEY: raw })).toEqual([Buffer.from(raw)]);
});

test('there may be several, and those of the config win', () => {
  const both = `${NEW.toString('hex')};${OLD.toString('base64')};`;
  expect(cryptKeys(config(), { JUPYTERHUB_CRYPT_KEY: both })).toEqual([NEW, OLD]);
  expect(cryptKeys(config(OLD.toString('hex')), { JUPYTERHUB_CRYPT_KEY: both })).toEqual([OLD]);
});

test('without a key, or with one that is none, the hub cannot start', () => {
  expect(() => cryptKeys(config(), {})).toThrow(StartupError);
  expect(() => cryptKeys(config(), {})).toThrow(/cannot keep auth state .*: because there is no key .* JUPYTERHUB_CRYPT_KEY .*openssl rand -hex 32/);
  const secret = 'too-short-to-be-a-key';
  const attempt = () => cryptKeys(config(), { JUPYTERHUB_CRYPT_KEY: `${OLD.toString('hex')};${secret}` });
  expect(attempt).toThrow('cannot use key 2 of JUPYTERHUB_CRYPT_KEY: because keys are 32 bytes');
  expect(attempt).not.toThrow(secret);
});

test('no key is looked at where no auth state is kept', () => {
  expect(cryptKeys(config([], false), { JUPYTERHUB_CRYPT_KEY: 'nonsense' })).toEqual([]);
});

test('what was encrypted is ASCII in the form of Fernet, and comes back', () => {
  const keeper = new CryptKeeper(config(NEW.toString('hex')));
  const stored = keeper.encrypt(STATE);
  expect(stored.toString('ascii')).toMatch(/^gAAAA[\w-]+=*$/);
  expect(keeper.decrypt(stored)).toEqual({ value: STATE, outdated: false });
});

test('what an older key encrypted can be read, and is said to be outdated', () => {
  const stored = new CryptKeeper(config(OLD.toString('hex'))).encrypt(STATE);
  expect(new CryptKeeper(config([NEW, OLD].map((key) => key.toString('hex')))).decrypt(stored)).toEqual({ value: STATE, outdated: true });
  expect(() => new CryptKeeper(config(NEW.toString('hex'))).decrypt(stored)).toThrow(FernetError);
});
