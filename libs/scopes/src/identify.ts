import type { Owner, ScopeClient } from './types.js';

/**
 * The scopes that let a token say who its owner is; every token has them.
 * @param owner without one: the raw scopes, with the bare filter `!user`
 */
export const identifyScopes = (owner?: Owner): string[] => {
  if (owner?.kind === 'service') return [`read:services:name!service=${owner.name}`];
  const filter = owner ? `user=${owner.name}` : 'user';
  return [`read:users:groups!${filter}`, `read:users:name!${filter}`];
};

/** The scope needed to enter what an OAuth client stands for; none for a client that is neither a server nor a service. */
export const accessScope = ({ server, service }: ScopeClient): string | undefined => {
  if (server !== undefined) return `access:servers!server=${server}`;
  return service === undefined ? undefined : `access:services!service=${service}`;
};
