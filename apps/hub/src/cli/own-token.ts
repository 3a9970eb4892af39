import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import type { INestApplicationContext } from '@nestjs/common';
import type { HubConfig } from '../config/schema.js';
import { IN_MEMORY, parseDbUrl } from '../database/db-url.js';
import { UnavailableError } from '../errors.js';
import { RolesRepository } from '../identity/roles.repository.js';
import { TokenStore } from '../identity/token-store.js';
import { ServicesRepository } from '../services/services.repository.js';
import { withHubContext } from './hub-context.js';

const LIFETIME_MS = 24 * 3_600_000;
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
/** As shells tell the end by SIGINT. */
const INTERRUPTED = 130;

/**
 * Works with a token that is written straight into the database of the running hub, and gone afterwards.
 * @throws UnavailableError when there is no such database
 */
export async function withOwnToken<T>(config: HubConfig, scopes: readonly string[], work: (token: string) => Promise<T>): Promise<T> {
  requireDatabase(config.JupyterHub.db_url);
  return withHubContext(config, async (context) => {
    const { token, revoke } = await mint(context, scopes);
    const interrupted = () => void revoke().finally(() => process.exit(INTERRUPTED));
    for (const signal of SIGNALS) process.once(signal, interrupted);
    try {
      return await work(token);
    } finally {
      for (const signal of SIGNALS) process.off(signal, interrupted);
      await revoke();
    }
  });
}

/**
 * A token of a service that exists for this command only: nobody's name is used for what somebody at the terminal does. Were the
 * command killed, the next start of the hub would remove it, as any service that is not in the config.
 */
async function mint(context: INestApplicationContext, scopes: readonly string[]) {
  const services = context.get(ServicesRepository);
  const row = await services.save({ name: `elara command line (${userInfo().username}, process ${process.pid})`, admin: true }, true);
  const owner = { kind: 'service', id: row.id } as const;
  await context.get(RolesRepository).syncDefaults({ ...owner, admin: true });
  const expiresAt = new Date(Date.now() + LIFETIME_MS);
  const { token } = await context.get(TokenStore).mint({ owner, note: 'command line', scopes, expiresAt });
  return { token, revoke: () => services.remove(row) };
}

/** Opening a file that is not there would make it. */
function requireDatabase(dbUrl: string): void {
  const location = parseDbUrl(dbUrl);
  if (location.kind !== 'sqlite') return;
  const help = 'set ELARA_API_TOKEN to a token that may do this';
  if (location.file === IN_MEMORY) throw new UnavailableError(`cannot make a token: because the hub's database is in its memory; ${help}`);
  if (existsSync(location.file)) return;
  throw new UnavailableError(`cannot make a token: because there is no database ${location.file}; run this in the hub's working directory, or ${help}`);
}
