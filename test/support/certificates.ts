import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

export interface KeyPair {
  certFile: string;
  keyFile: string;
}

const DAYS = '2';
const openssl = (...args: string[]) => void execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** An authority of the test's own, as `ca.pem` in a folder. */
export function makeAuthority(dir: string): KeyPair {
  const pair = { certFile: path.join(dir, 'ca.pem'), keyFile: path.join(dir, 'ca.key') };
  openssl('req', '-x509', ...newKey, '-days', DAYS, '-subj', '/CN=Elara test authority', '-keyout', pair.keyFile, '-out', pair.certFile);
  return pair;
}

/** A certificate for one host name, signed by an authority. */
export function makeCertificate(dir: string, authority: KeyPair, host: string): KeyPair {
  const pair = { certFile: path.join(dir, `${host}.pem`), keyFile: path.join(dir, `${host}.key`) };
  const [request, extensions] = [path.join(dir, `${host}.csr`), path.join(dir, `${host}.ext`)];
  writeFileSync(extensions, `subjectAltName=DNS:${host}\n`);
  openssl('req', ...newKey, '-subj', `/CN=${host}`, '-keyout', pair.keyFile, '-out', request);
  openssl('x509', '-req', '-in', request, '-days', DAYS, '-CA', authority.certFile, '-CAkey', authority.keyFile, '-CAcreateserial', '-extfile', extensions, '-out', pair.certFile);
  return pair;
}
