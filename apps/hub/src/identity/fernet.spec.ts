import { expect, test } from 'vitest';
import { Fernet, FernetError } from './fernet.js';

// the vectors of https://github.com/fernet/spec, without those about the age of a token
const SECRET = Buffer.from('cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=', 'base64url');
const TOKEN = 'gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==';
const IV = Buffer.from(Array.from({ length: 16 }, (_, index) => index));
const fernet = new Fernet(SECRET);

test('writes the token of the specification', () => {
  expect(fernet.encrypt(Buffer.from('hello'), Date.parse('1985-10-26T01:20:00-07:00'), IV)).toBe(TOKEN);
});

test('reads the token of the specification, however old it is', () => {
  expect(fernet.decrypt(TOKEN).toString()).toBe('hello');
});

test.each([
  ['incorrect mac', 'gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykQUFBQUFBQUFBQQ==', 'another key'],
  ['too short', 'gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPA==', 'no Fernet token'],
  ['invalid base64', '%%%%%%%%%%%%%AECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykRtfsH-p1YsUD2Q==', 'no Fernet token'],
  ['payload of no whole blocks', 'gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPOm73QeoCk9uGib28Xe5vz6oxq5nmxbx_v7mrfyudzUm', 'no Fernet token'],
  ['payload padding error', 'gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0ODz4LEpdELGQAad7aNEHbf-JkLPIpuiYRLQ3RtXatOYREu2FWke6CnJNYIbkuKNqOhw==', 'padding'],
  ['incorrect iv', 'gAAAAAAdwJ6xBQECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAkLhFLHpGtDBRLRTZeUfWgHSv49TF2AUEZ1TIvcZjK1zQ==', 'padding'],
  ['nothing', '', 'no Fernet token'],
])('refuses %s', (_what, token, why) => {
  expect(() => fernet.decrypt(token)).toThrow(FernetError);
  expect(() => fernet.decrypt(token)).toThrow(why);
});

test.each([0, 1, 15, 16, 17, 10_000])('reads what it wrote, %i bytes', (length) => {
  const plain = Buffer.alloc(length, 'ß');
  expect(fernet.decrypt(fernet.encrypt(plain))).toEqual(plain);
});

test('a changed byte anywhere is noticed', () => {
  const bytes = Buffer.from(TOKEN, 'base64url');
  for (let index = 0; index < bytes.length; index += 1) {
    const changed = Buffer.from(bytes);
    changed[index]! ^= 1;
    expect(() => fernet.decrypt(changed.toString('base64url'))).toThrow(FernetError);
  }
});

test('keys have 32 bytes', () => {
  expect(() => new Fernet(Buffer.alloc(16))).toThrow('have 32');
});
