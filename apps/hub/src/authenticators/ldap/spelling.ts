const collator = new Intl.Collator('en', { sensitivity: 'base' });

/**
 * The name as the directory spells it: some find `jose` under `josé` too (RFC 4518; Active Directory goes further), and each account is
 * one user.
 * @param values of the attribute that holds the names people type; when none is like it, the name was found by another attribute
 */
export function spelledLike(typed: string, values: readonly string[]): string {
  return values.find((value) => collator.compare(value.normalize('NFKC'), typed.normalize('NFKC')) === 0) ?? typed;
}
