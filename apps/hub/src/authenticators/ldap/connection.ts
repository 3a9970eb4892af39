import { once } from 'node:events';
import { connect, isIP, type Socket } from 'node:net';
import { checkServerIdentity, connect as connectTls, type ConnectionOptions } from 'node:tls';
import { BoundedStream } from './bounded-stream.js';

export interface DirectoryAddress {
  host: string;
  port: number;
  tls: 'before_bind' | 'on_connect' | 'insecure';
  tlsOptions: ConnectionOptions;
  /** Names the certificate may be for, in place of the host. */
  validNames?: readonly string[];
}

/** RFC 4511, section 4.14. */
const START_TLS = '1.3.6.1.4.1.1466.20037';

/**
 * Opens a connection over which a password may go.
 * @param signal breaks it off, at whatever moment of its life
 * @throws what Node and ldapts throw
 */
export async function openConnection(address: DirectoryAddress, signal: AbortSignal): Promise<BoundedStream> {
  const { host, port, tls } = address;
  signal.throwIfAborted();
  const plain = connect({ host, port });
  const stop = () => plain.destroy();
  signal.addEventListener('abort', stop);
  plain.once('close', () => signal.removeEventListener('abort', stop));
  // told to whoever waits, or seen as the end of the connection
  plain.on('error', () => {});
  try {
    await once(plain, 'connect', { signal });
    if (tls === 'insecure') return new BoundedStream(plain);
    if (tls === 'before_bind') await startTls(plain);
    return new BoundedStream(await secured(plain, address, signal));
  } catch (error) {
    plain.destroy();
    throw error;
  }
}

/**
 * Asks for TLS with a client of its own, whose reader is thrown away with all it has read: what somebody on the way put in behind the
 * answer, before the encryption, must not be taken for the beginning of an answer to come.
 */
async function startTls(plain: Socket): Promise<void> {
  await (await clientOver(plain)).exop(START_TLS);
  plain.removeAllListeners('data');
}

async function secured(plain: Socket, { host, tlsOptions, validNames }: DirectoryAddress, signal: AbortSignal): Promise<Socket> {
  const identity: ConnectionOptions = validNames
    ? { checkServerIdentity: (_host, certificate) => (validNames.some((name) => !checkServerIdentity(name, certificate)) ? undefined : checkServerIdentity(validNames[0] ?? host, certificate)) }
    : {};
  const secure = connectTls({ socket: plain, host, ...(isIP(host) === 0 && { servername: host }), ...identity, ...tlsOptions });
  secure.on('error', () => {});
  await once(secure, 'secureConnect', { signal });
  return secure;
}

/** A client for this one connection: ldapts would open another by itself when it is gone, and that one would not be encrypted. */
export async function clientOver(stream: Socket | BoundedStream) {
  // loaded with the first login, so that hubs without a directory do not carry it
  const { Client } = await import('ldapts');
  let isTaken = false;
  const createConnection = () => {
    if (isTaken) throw new Error('the directory has closed the connection');
    isTaken = true;
    return stream as Socket;
  };
  return new Client({ url: 'ldap://directory', createConnection });
}
