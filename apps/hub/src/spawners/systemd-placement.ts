import { requireAccount, usableFolder } from './placement.js';
import { searchPath } from './spawn-command.js';
import type { SpawnContext } from './spawn-context.js';
import { dynamicHome, expand, type Unit } from './systemd-unit.js';

/** Whose unit a server is, where it starts, and what it is told about that, `PATH` included. */
export type UnitPlacement = Pick<Unit, 'account' | 'cwd' | 'slice'> & { env: Record<string, string> };

/**
 * Chooses the placement of a server from the traits of SystemdSpawner (reference hub-behaviour 4.9).
 * @param environment of the server, so far
 * @throws SpawnError `account`
 */
export async function unitPlacement({ traits, user }: SpawnContext, environment: Readonly<Record<string, string>>): Promise<UnitPlacement> {
  const path = searchPath({ ...traits, environment }, process.env.PATH);
  const common = { SHELL: traits.default_shell, PATH: expand(path, user) };
  const slice = traits.slice && expand(traits.slice, user);
  if (traits.dynamic_users) {
    const home = dynamicHome(user);
    return { account: undefined, cwd: home, slice, env: { ...common, HOME: home } };
  }
  const account = await requireAccount(expand(traits.username_template, user));
  const cwd = traits.user_workingdir === null ? await usableFolder(account.home) : expand(traits.user_workingdir, user);
  return { account, cwd, slice, env: { ...common, USER: account.name, ...(account.home && { HOME: account.home }) } };
}
