import { ScopeDefinitions } from './definitions.js';
import { ScopeError } from './errors.js';
import { filterProblem, splitScope } from './parse.js';

/**
 * Checks a raw scope: known base, and a filter (if any) of a known kind with a value; only `!user`, `!server`, `!service` may be bare.
 * @param whoFor who would get the scope, for the message, e.g. `token` or `role teacher`
 * @throws ScopeError with JupyterHub's message
 */
export const validateScope = (scope: string, definitions: ScopeDefinitions = ScopeDefinitions.builtIn, whoFor = ''): void => {
  const { base, problem } = splitScope(scope);
  if (!definitions.has(base)) {
    if (base === 'all') throw new ScopeError("Draft scope 'all' is now called 'inherit'");
    throw new ScopeError(`Scope '${scope}'${whoFor && ` for ${whoFor}`} does not exist`);
  }
  if (problem) throw new ScopeError(filterProblem(scope, problem, whoFor));
};
