import { ADDED_SCOPES } from './built-in-scopes.js';
import { splitScope } from './parse.js';

/**
 * Expanded scopes as an answer lists them. Programs compare such lists with JupyterHub's, so one that JupyterHub does not have is left
 * out where it follows from one that is listed.
 */
export const listedScopes = (scopes: readonly string[]): string[] => {
  const held = new Set(scopes);
  return scopes.filter((scope) => {
    const { base } = splitScope(scope);
    const whole = ADDED_SCOPES.get(base);
    return whole === undefined || !held.has(whole + scope.slice(base.length));
  });
};
