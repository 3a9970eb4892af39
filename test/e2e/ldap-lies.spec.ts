import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createSecureContext, type SecureContext } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { DirectoryAddress } from '../../apps/hub/src/authenticators/ldap/connection.js';
import { withDirectory } from '../../apps/hub/src/authenticators/ldap/directory.js';
import { UnavailableError } from '../../apps/hub/src/errors.js';
import { bindAnswer, extendedAnswer, LyingDirectory, startTls, swallowing } from '../fakes/lying-directory.js';
import { makeAuthority, makeCertificate } from '../support/certificates.js';

const DN = 'uid=ada,ou=people,dc=example,dc=org';
const PASSWORD = 'never-in-the-open';
const WRONG = 49;
/** Of a fake that answers only when it should not. */
const SHORT_MS = 700;

const dir = mkdtempSync(path.join(tmpdir(), 'elara-lies-'));
let context: SecureContext;
beforeAll(() => {
  const { certFile, keyFile } = makeCertificate(dir, makeAuthority(dir), 'localhost');
  context = createSecureContext({ cert: readFileSync(certFile), key: readFileSync(keyFile) });
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

let directory: LyingDirectory;
afterEach(() => directory.stop());

function bind(tls: DirectoryAddress['tls'], ms = 20_000): Promise<string | undefined> {
  const address: DirectoryAddress = { host: 'localhost', port: directory.port, tls, tlsOptions: { ca: readFileSync(path.join(dir, 'ca.pem')) } };
  return withDirectory(address, AbortSignal.timeout(ms), (talk) => talk.bind(DN, PASSWORD));
}

/** An answer of the fake to the first request over StartTLS, which is the third message of all but for its number. */
const refused = (id: number) => bindAnswer(id, WRONG, 'no');

describe('a directory that', () => {
  test.each([
    ['says nothing', () => {}],
    ['speaks of something else', (socket) => void socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['answers what nobody asked', (socket) => void socket.write(bindAnswer(99, 0))],
    // thousands of messages in one read
    ['talks without end of nothing', (socket, said) => void (said.length > 0 && socket.write(Buffer.alloc(7 * 40_000, Buffer.from([0x30, 5, 2, 1, 99, 0x61, 0]))))],
  ] as [string, Parameters<typeof LyingDirectory.start>[0]][])('%s is given up when time is up', async (_what, script) => {
    directory = await LyingDirectory.start(script);
    const failed = bind('insecure', SHORT_MS);
    await expect(failed).rejects.toThrow(UnavailableError);
    await expect(failed).rejects.toThrow(`cannot ask the directory localhost:${directory.port}: because it does not answer in time`);
  });

  test.each([
    ['hangs up', (socket) => void socket.end()],
    ['hangs up when it is asked', (socket, said) => void (said.length > 0 && socket.destroy())],
  ] as [string, Parameters<typeof LyingDirectory.start>[0]][])('%s is away', async (_what, script) => {
    directory = await LyingDirectory.start(script);
    await expect(bind('insecure')).rejects.toThrow(/^cannot ask the directory .*: because .*closed/i);
  });

  test('sends an answer without end is broken off', async () => {
    const endless = Buffer.concat([Buffer.from([0x30, 0x84, 0x7f, 0xff, 0xff, 0xff]), Buffer.alloc(64 * 1024)]);
    directory = await LyingDirectory.start((socket, said) => void (said.length > 0 && setInterval(() => socket.writable && socket.write(endless), 1).unref()));
    await expect(bind('insecure')).rejects.toThrow('its answer is too large');
  });

  test('repeats the password is not repeated', async () => {
    directory = await LyingDirectory.start((socket, said) => void (said.length > 0 && socket.write(bindAnswer(2, WRONG, `no: ${PASSWORD}`))));
    expect(await bind('insecure')).toBe('wrong name or password');
  });

  test.each([
    [bindAnswer(2, WRONG, '80090308: LdapErr: DSID-0C090447, comment: AcceptSecurityContext error, data 533, v4563'), /^the account is disabled \(it says "80090308/],
    [bindAnswer(2, 53, 'Account inactivated.'), /^the account is not active \(it says "Account inactivated\."\)$/],
    [bindAnswer(2, 32), /^there is no such entry/],
  ])('refuses somebody is understood', async (said, told) => {
    directory = await LyingDirectory.start((socket, asked) => void (asked.length > 0 && socket.write(said)));
    expect(await bind('insecure')).toMatch(told);
  });

  test.each([
    [13, 'it wants TLS: see LDAPAuthenticator.tls_strategy'],
    [10, 'it sends us to another server'],
    [51, 'because it says'],
  ])('answers %i cannot check a password', async (code, told) => {
    directory = await LyingDirectory.start((socket, asked) => void (asked.length > 0 && socket.write(bindAnswer(2, code))));
    const failed = bind('insecure');
    await expect(failed).rejects.toThrow(UnavailableError);
    await expect(failed).rejects.toThrow(told);
  });
});

describe('StartTLS', () => {
  /** Takes part in StartTLS, with something behind its answer. */
  const accepting = (behind: Buffer, over: (id: number) => Buffer) => LyingDirectory.start((socket, said) => {
    if (said.length === 0) return;
    socket.write(Buffer.concat([extendedAnswer(said[4]!, 0), behind]));
    startTls(socket, context, (secure, asked) => void secure.write(over(asked[4]!)));
  });

  test('lets somebody in who is let in', async () => {
    directory = await accepting(Buffer.alloc(0), (id) => bindAnswer(id, 0));
    expect(await bind('before_bind')).toBeUndefined();
    expect(directory.heard.includes(PASSWORD)).toBe(false);
  });

  test.each([2, 3])('lets nobody in by what was put in before the encryption (message %i)', async (id) => {
    directory = await accepting(swallowing(id, refused(id)), refused);
    expect(await bind('before_bind')).toBe('wrong name or password (it says "no")');
  });

  test('that is not available sends no password', async () => {
    directory = await LyingDirectory.start((socket, said) => void (said.length > 0 && socket.write(extendedAnswer(said[4]!, 2))));
    await expect(bind('before_bind')).rejects.toThrow('a server without StartTLS needs LDAPAuthenticator.tls_strategy on_connect, or insecure');
    expect(directory.heard.includes(PASSWORD)).toBe(false);
  });

  test('that hangs is given up', async () => {
    directory = await LyingDirectory.start((socket, said) => void (said.length > 0 && said[0] === 0x30 && socket.write(extendedAnswer(said[4]!, 0))));
    await expect(bind('before_bind', SHORT_MS)).rejects.toThrow('it does not answer in time');
  });

  test('whose connection ends behind it does not go on in the open', async () => {
    let connections = 0;
    directory = await LyingDirectory.start((socket, said) => {
      if (said.length === 0) return void (connections += 1);
      socket.write(extendedAnswer(said[4]!, 0));
      startTls(socket, context, () => void socket.destroy());
    });
    await expect(bind('before_bind')).rejects.toThrow(UnavailableError);
    expect([connections, directory.heard.includes(PASSWORD)]).toEqual([1, false]);
  });
});
