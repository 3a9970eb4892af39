import { scryptSync } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { defaultConfig } from '../../config/schema.js';
import { HubError, UnavailableError } from '../../errors.js';
import { HashThreads } from './hash-threads.js';
import { Passwords } from './passwords.js';

const passwordsAt = (password_hash_cost: number) => {
  const config = defaultConfig();
  return new Passwords({ ...config, NativeAuthenticator: { ...config.NativeAuthenticator, password_hash_cost } });
};
const passwords = passwordsAt(14);
const costlier = passwordsAt(15);
afterAll(() => Promise.all([passwords.onApplicationShutdown(), costlier.onApplicationShutdown()]));

describe('a password', () => {
  it('fits its own hash, and no other does', async () => {
    const stored = await passwords.hash('correct horse');
    expect(stored).toMatch(/^\$scrypt\$ln=14,r=8,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(await passwords.check('correct horse', stored)).toEqual({ fits: true, outdated: false });
    for (const wrong of ['Correct horse', 'correct horse ', 'correct horse\0', '', 'x'.repeat(1024)]) expect((await passwords.check(wrong, stored)).fits).toBe(false);
  });

  it('is salted', async () => {
    expect(await passwords.hash('correct horse')).not.toBe(await passwords.hash('correct horse'));
  });

  it('is the same however its accents are typed', async () => {
    const stored = await passwords.hash('caf\u00e9 au lait');
    expect((await passwords.check('cafe\u0301 au lait', stored)).fits).toBe(true);
    expect((await passwords.check('cafe au lait', stored)).fits).toBe(false);
  });

  it('fits nobody where there is no account', async () => {
    expect((await passwords.check('correct horse', undefined)).fits).toBe(false);
  });

  it('is checked at the cost of its hash, which is told to be outdated', async () => {
    const stored = await passwords.hash('correct horse');
    expect(await costlier.check('correct horse', stored)).toEqual({ fits: true, outdated: true });
  });

  it('that many check at once is right or wrong for each of them', async () => {
    const stored = await passwords.hash('correct horse');
    const verdicts = await Promise.all(Array.from({ length: 12 }, (_, index) => passwords.check(index % 2 ? 'correct horse' : 'wrong', stored)));
    expect(verdicts.map(({ fits }) => fits)).toEqual(Array.from({ length: 12 }, (_, index) => index % 2 === 1));
  });
});

it('a thread that fails takes nobody along', async () => {
  const threads = new HashThreads();
  const job = { password: 'correct horse', salt: Buffer.from('salt'), bytes: 32, N: 2 ** 14, r: 8, p: 1, maxmem: 2 ** 26 };
  const outcomes = await Promise.allSettled([job, { ...job, maxmem: 1024 }, job].map((one) => threads.hash(one)));
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect((outcomes[1] as PromiseRejectedResult).reason).toBeInstanceOf(UnavailableError);
  expect(await threads.hash(job)).toEqual(scryptSync(job.password, job.salt, 32, { N: 2 ** 14 }));
  await threads.end();
});

describe('a hash', () => {
  // RFC 7914, section 12
  it('is that of scrypt', async () => {
    const hash = Buffer.from('7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2', 'hex').toString('base64').replace('=', '');
    const salt = Buffer.from('SodiumChloride').toString('base64').replace(/=+$/, '');
    expect((await passwords.check('pleaseletmein', `$scrypt$ln=14,r=8,p=1$${salt}$${hash}`)).fits).toBe(true);
  });

  // of crypt_blowfish, https://www.openwall.com/crypt/, and of Python's bcrypt
  it.each([
    ['U*U', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
    ['geheim', '$2b$12$fSWOObpK/jVY09eqOnoB3e3qQco.ipLyWZsh4MnAyjprfegzzqruO'],
  ])('of %s by bcrypt is read, and outdated', async (password, stored) => {
    expect(await passwords.check(password, stored)).toEqual({ fits: true, outdated: true });
    expect((await passwords.check(`${password}x`, stored)).fits).toBe(false);
    expect((await passwords.check(`${password}\0x`, stored)).fits).toBe(false);
  });

  it.each(['', 'plain', '$2b$12$short', '$scrypt$ln=14$a$b', '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaA'])('of no known kind is told: %j', async (stored) => {
    await expect(passwords.check('x', stored)).rejects.toThrow(HubError);
  });
});
