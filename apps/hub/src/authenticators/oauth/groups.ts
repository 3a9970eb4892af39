import { Logger } from '@nestjs/common';
import type { OAuthTraits } from './oauth-traits.js';
import type { AuthState } from './preset.js';
import { isRecord } from './provider-api.js';

const log = new Logger('login');
const LONGEST_NAME = 255;

/** The groups in what is kept of a login, at the path `auth_state_groups_key`, or by the function that it is; in order, each once. */
export async function groupsIn(authState: AuthState, key: OAuthTraits['auth_state_groups_key']): Promise<string[]> {
  const found = typeof key === 'function' ? await key(authState) : at(authState, key);
  if (found === undefined) log.warn(`There are no groups at ${String(key)} in what was told of somebody: OAuthenticator.auth_state_groups_key may be wrong`);
  // a provider may write one as a text
  const all: unknown[] = [found ?? []].flat();
  return [...new Set(all.filter((group) => typeof group === 'string' && group !== '' && group.length <= LONGEST_NAME) as string[])].sort();
}

function at(state: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((inside, name) => (isRecord(inside) && Object.hasOwn(inside, name) ? inside[name] : undefined), state);
}
