/** What a table has under a name that somebody wrote; `constructor` and the like find nothing. */
export const entryOf = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;
