import { once } from 'node:events';
import { createServer } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { portHolder } from '#process';
import type { HubUrls } from '../config/urls.js';
import { messageOf, StartupError } from '../errors.js';

/**
 * Sees that the hub's own port can be had: the other hub that holds it works on the same database.
 * @throws StartupError that names the port and, when it is taken, the process that holds it
 */
export async function requirePort({ hubIp, hubPort }: HubUrls): Promise<void> {
  const probe = createServer();
  try {
    probe.listen({ port: hubPort, host: hubIp || '::' });
    await once(probe, 'listening');
  } catch (error) {
    throw await cannotListen(error, hubPort);
  }
  probe.close();
  await once(probe, 'close');
}

/**
 * Opens the hub's own port.
 * @throws StartupError as `requirePort`
 */
export async function listen(app: NestFastifyApplication, { hubIp, hubPort }: HubUrls): Promise<void> {
  try {
    await app.listen({ port: hubPort, host: hubIp || '::' });
  } catch (error) {
    throw await cannotListen(error, hubPort);
  }
}

async function cannotListen(cause: unknown, port: number): Promise<StartupError> {
  return new StartupError(`cannot listen on port ${port} (JupyterHub.hub_port): because ${await reason(cause, port)}`, { cause });
}

async function reason(error: unknown, port: number): Promise<string> {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EACCES') return 'ports below 1024 need root; choose a higher one';
  if (code === 'EADDRNOTAVAIL') return 'this machine does not have that address; correct JupyterHub.hub_ip';
  if (code !== 'EADDRINUSE') return messageOf(error);
  const holder = await portHolder(port);
  if (!holder) return 'another process holds it';
  return `process ${holder.pid} (${holder.command}) holds it; stop that process, or choose another port`;
}
