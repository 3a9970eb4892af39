import type { Knex } from 'knex';
import type { Statement } from './writes.js';

/** Stands for a value that is not known yet. */
class Placeholder {
  constructor(readonly name: string) {}
}

/**
 * Lets Knex build a statement once, for its building costs more than its execution.
 * @param names of the values that it takes
 * @param build makes the query, with a placeholder for each value
 * @returns makes the statement with its values
 */
export function compiled<Name extends string>(
  names: readonly Name[],
  build: (placeholders: Record<Name, never>) => Knex.QueryBuilder,
): (values: Record<Name, unknown>) => Statement {
  const placeholders = Object.fromEntries(names.map((name) => [name, new Placeholder(name)])) as unknown as Record<Name, never>;
  const { sql, bindings } = build(placeholders).toSQL();
  return (values) => [sql, ...bindings.map((bound: unknown) => (bound instanceof Placeholder ? values[bound.name as Name] : bound))];
}
