import type { Edits } from './setting.js';

/** The value that `edits` make of `initial`, in the order of traitlets' LazyConfigValue: inserts, prepend, extend, update. */
export function edited(initial: unknown, edits: Edits): unknown {
  const { update } = edits;
  if (update && !Array.isArray(update)) return { ...(initial as object | undefined), ...update };
  const items = Array.isArray(initial) ? [...(initial as unknown[])] : [];
  for (const [index, value] of edits.inserts ?? []) items.splice(index, 0, value);
  const added = (update ?? []).filter((value) => !items.includes(value));
  return [...(edits.prepend ?? []), ...items, ...(edits.extend ?? []), ...added];
}
