/**
 * The known name that was most likely meant, or undefined when none is near.
 * @param known the names to choose from; of two equally near ones the first wins
 * @param mostEdits how many letters may differ at most
 */
export function nearest(written: string, known: Iterable<string>, mostEdits = Infinity): string | undefined {
  const wanted = plain(written);
  const names = [...known];
  let best: { name: string; distance: number } | undefined;
  for (const name of names) {
    const distance = editDistance(wanted, plain(name));
    const limit = Math.min(tolerance(wanted, plain(name)), mostEdits);
    if (distance <= limit && distance < (best?.distance ?? Infinity)) best = { name, distance };
  }
  return best?.name ?? (mostEdits === Infinity ? completed(written, names) : undefined);
}

/** The one name that `written` is the first or last words of: `spawner` for `spawner_class`. */
function completed(written: string, names: string[]): string | undefined {
  const longer = names.filter((name) => name.startsWith(`${written}_`) || name.endsWith(`_${written}`));
  return longer.length === 1 ? longer[0] : undefined;
}

// `allowNamedServers`, `allow-named-servers` and `allow_named_servers` are one name to a person
const plain = (name: string) => name.toLowerCase().replace(/[_\-\s]/g, '');

// A third of the letters may differ: enough for a forgotten word part, too little for an unrelated name.
const tolerance = (wanted: string, name: string) => Math.max(1, Math.floor(Math.max(wanted.length, name.length) / 3));

/** Insertions, deletions, replacements and swaps of neighbours that lead from `a` to `b` (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) row.push(cheapest(rows, row, a, b, i, j));
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}

function cheapest(rows: number[][], row: number[], a: string, b: string, i: number, j: number): number {
  const above = rows[i - 1]!;
  const changed = above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
  const best = Math.min(changed, above[j]! + 1, row[j - 1]! + 1);
  const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
  return swapped ? Math.min(best, rows[i - 2]![j - 2]! + 1) : best;
}
