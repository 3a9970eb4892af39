import type { FilterKind, ParsedScopes } from '#scopes';
import type { Listener } from './listener.js';
import { EVENT_SCOPES, mayConcern, type Subject } from './readable.js';

/** Who listens, found by what they may read: a change concerns few of the thousands who watch their own servers. */
export class Audience {
  /** By what a scope is limited to; `all` for those whom most changes may concern. */
  readonly #byKey = new Map<string, Map<Listener, ParsedScopes>>();

  /** @returns takes the listener out again */
  add(listener: Listener, scopes: ParsedScopes): () => void {
    const keys = keysOf(scopes);
    for (const key of keys) this.#byKey.set(key, (this.#byKey.get(key) ?? new Map<Listener, ParsedScopes>()).set(listener, scopes));
    return () => {
      for (const key of keys) this.#leave(key, listener);
    };
  }

  /** Those whom a change may concern, each once. */
  *concerned(subject: Subject): Generator<Listener> {
    const { kind, name } = subject.resource;
    for (const key of [ALL, keyOf(kind, name)]) for (const [listener, scopes] of this.#byKey.get(key) ?? []) if (mayConcern(scopes, subject)) yield listener;
  }

  #leave(key: string, listener: Listener): void {
    const listeners = this.#byKey.get(key);
    listeners?.delete(listener);
    if (listeners?.size === 0) this.#byKey.delete(key);
  }
}

const ALL = 'all';

/** `all` alone, or everything that these scopes name. */
function keysOf(scopes: ParsedScopes): readonly string[] {
  const keys = new Set<string>();
  for (const scope of EVENT_SCOPES) {
    const filters = scopes.get(scope);
    // who is in a group may change, so groups are not looked into here
    if (filters === 'all' || filters?.has('group')) return [ALL];
    for (const [kind, names] of filters ?? []) for (const name of names) keys.add(keyOf(kind, name));
  }
  return [...keys];
}

/** Servers are found by their owners. */
function keyOf(kind: FilterKind, name: string): string {
  return kind === 'server' ? `user ${name.slice(0, name.indexOf('/'))}` : `${kind} ${name}`;
}
