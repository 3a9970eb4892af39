import { networkInterfaces } from 'node:os';
import type { ServerAddress } from '../spawners/spawner.js';

/**
 * Where a process says that it listens, provided that it does, and on this machine: people will be led there.
 * @param ports on which it is seen to listen
 */
export function localAddress(url: string, ports: readonly number[]): ServerAddress | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, hostname, port } = new URL(url);
  const ip = hostname.replace(/^\[(.*)\]$/, '$1');
  return protocol === 'http:' && isOurs(ip) && ports.includes(Number(port)) ? { proto: 'http', ip, port: Number(port) } : undefined;
}

function isOurs(ip: string): boolean {
  if (['localhost', '127.0.0.1', '::1', '0.0.0.0', '::'].includes(ip)) return true;
  return Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ address }) => address === ip));
}
