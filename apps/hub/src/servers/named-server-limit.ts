import { callPageHook } from '../call-hook.js';
import type { HookHandler } from '../config/hooks/objects.js';
import type { HubConfig } from '../config/schema.js';
import { HookError } from '../errors.js';

const KEY = 'JupyterHub.named_server_limit_per_user';

/**
 * The most named servers that somebody may have, 0 for no limit: the number of the config, or what its function says of who asks
 * (reference hub-behaviour 2.10).
 * @throws HookError when the function cannot say
 */
export async function namedServerLimit({ named_server_limit_per_user: limit }: HubConfig['JupyterHub'], handler: HookHandler | undefined): Promise<number> {
  if (typeof limit === 'number') return limit;
  if (!handler) throw new HookError(`cannot ask the function ${KEY}: because there is no request to ask it about`);
  return callPageHook(KEY, async (hook) => {
    const given: unknown = await limit(handler, hook);
    if (Number.isInteger(given) && (given as number) >= 0) return given as number;
    throw new TypeError('it gave no whole number');
  });
}
