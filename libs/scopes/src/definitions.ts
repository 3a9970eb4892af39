import { BUILT_IN_SCOPES, type ScopeDefinition } from './built-in-scopes.js';
import { type CustomScope, customScopeWarnings, readCustomScopes } from './custom-scopes.js';

const transitive = (all: ReadonlyMap<string, ScopeDefinition>, base: string): string[] => {
  const reached = new Set([base]);
  for (const name of reached) for (const subscope of all.get(name)?.subscopes ?? []) reached.add(subscope);
  return [...reached];
};

interface Closure {
  any: readonly string[];
  server: readonly string[];
}

const closureOf = (all: ReadonlyMap<string, ScopeDefinition>, base: string): Closure => {
  const any = transitive(all, base).filter((name) => name !== 'self' && name !== '(no_scope)');
  return { any, server: any.filter((name) => !name.startsWith('read:user')) };
};

/** All scopes a hub knows, built-in and custom, with what each implies worked out once. */
export class ScopeDefinitions {
  static readonly builtIn = new ScopeDefinitions();
  /** Sentences for the log about keys of custom scopes that mean nothing. */
  readonly warnings: readonly string[];
  readonly #all: ReadonlyMap<string, ScopeDefinition>;
  readonly #closures: ReadonlyMap<string, Closure>;

  /**
   * @param custom `JupyterHub.custom_scopes`
   * @throws ScopeError when a custom scope breaks the rules of its name, description or subscopes
   */
  constructor(custom: Readonly<Record<string, CustomScope>> = {}) {
    const all = new Map([...BUILT_IN_SCOPES, ...readCustomScopes(custom)]);
    this.#all = all;
    this.#closures = new Map([...all.keys()].map((base) => [base, closureOf(all, base)]));
    this.warnings = customScopeWarnings(custom);
  }

  has(base: string): boolean {
    return this.#all.has(base);
  }

  get(base: string): ScopeDefinition | undefined {
    return this.#all.get(base);
  }

  names(): string[] {
    return [...this.#all.keys()];
  }

  /**
   * The scope and all it implies, without `self` and `(no_scope)`, which nobody holds; empty for an unknown scope.
   * @param forServer with a server filter, scopes that read users are left out: no server filter can match them
   */
  implied(base: string, forServer = false): readonly string[] {
    const closure = this.#closures.get(base);
    if (!closure) return [];
    return forServer ? closure.server : closure.any;
  }
}
