import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { defaultConfig } from '../config/schema.js';
import { FernetError } from './fernet.js';
import { SecretBox } from './secret-box.js';

const COOKIE_SECRET = randomBytes(32);
const [NEW, OLD] = [randomBytes(32).toString('hex'), randomBytes(32).toString('hex')];
const boxWith = (keys: string[], cookieSecret = COOKIE_SECRET) => new SecretBox({ ...defaultConfig(), CryptKeeper: { ...defaultConfig().CryptKeeper, keys } }, cookieSecret);

it('seals with the first key, and opens what was sealed with any, also before there were keys', () => {
  const box = boxWith([NEW, OLD]);
  expect(box.open(box.seal('grün'))).toEqual({ text: 'grün', outdated: false });
  for (const earlier of [boxWith([OLD]), boxWith([])]) expect(box.open(earlier.seal('grün'))).toEqual({ text: 'grün', outdated: true });
});

it('shows nothing of what is in it, to nobody else', () => {
  const box = boxWith([]);
  expect(Buffer.from(box.seal('grün'), 'base64url').includes('grün')).toBe(false);
  for (const other of [boxWith([], randomBytes(32)), boxWith([NEW], randomBytes(32))]) expect(() => other.open(box.seal('grün'))).toThrow(FernetError);
  expect(() => box.open('grün')).toThrow(FernetError);
});
