import type { ScopeDefinition } from './built-in-scopes.js';
import { ScopeError } from './errors.js';

/** An entry of `JupyterHub.custom_scopes`. */
export interface CustomScope {
  description: string;
  /** Other custom scopes of the same configuration that this one implies. */
  subscopes?: readonly string[];
}

const NAME = /^custom:[a-z0-9][a-z0-9_\-*:]+[a-z0-9_*]$/;
const KEYS: ReadonlySet<string> = new Set(['description', 'subscopes']);
const NAME_RULE =
  'it must start with "custom:", go on with a letter or digit, end in a letter, digit, "_" or "*", ' +
  'and have only lower-case letters, digits, "-", "_", ":" and "*" between';

const refuse = (name: string, reason: string): never => {
  throw new ScopeError(`cannot define scope '${name}': ${reason}`);
};

const checkSubscope = (name: string, subscope: unknown, all: object): void => {
  if (typeof subscope !== 'string') refuse(name, 'subscopes must be a list of strings');
  else if (!subscope.startsWith('custom:'))
    refuse(name, `its subscope '${subscope}' is not a custom scope; use a role to combine scopes`);
  else if (!Object.hasOwn(all, subscope)) refuse(name, `its subscope '${subscope}' is not defined in custom_scopes`);
};

const checkCustomScope = (name: string, scope: CustomScope, all: object): void => {
  if (!NAME.test(name)) refuse(name, NAME_RULE);
  if (typeof scope?.description !== 'string') refuse(name, 'a description is required');
  const subscopes: unknown = scope.subscopes ?? [];
  if (!Array.isArray(subscopes)) return refuse(name, 'subscopes must be a list of strings');
  for (const subscope of subscopes) checkSubscope(name, subscope, all);
};

/**
 * Checks `JupyterHub.custom_scopes`.
 * @returns the definitions by name; any filter may be used with them, their meaning is up to whoever checks them
 * @throws ScopeError for a bad name, a missing description, or a subscope that is not custom or not defined
 */
export const readCustomScopes = (custom: Readonly<Record<string, CustomScope>>): Map<string, ScopeDefinition> => {
  const definitions = new Map<string, ScopeDefinition>();
  for (const [name, scope] of Object.entries(custom)) {
    checkCustomScope(name, scope, custom);
    const filters = ['user', 'group', 'server', 'service'] as const;
    definitions.set(name, { description: scope.description, subscopes: scope.subscopes ?? [], filters });
  }
  return definitions;
};

/** Keys of custom scopes that mean nothing, as sentences for the log. */
export const customScopeWarnings = (custom: Readonly<Record<string, CustomScope>>): string[] =>
  Object.entries(custom).flatMap(([name, scope]) =>
    Object.keys(scope)
      .filter((key) => !KEYS.has(key))
      .map((key) => `custom scope '${name}' has the key '${key}', which means nothing; known are description and subscopes`),
  );
