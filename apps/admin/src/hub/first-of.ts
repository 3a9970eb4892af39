/** The first of a list that is fetched page by page, and whether there are more. */
export async function firstOf<T>(list: AsyncIterable<T>, most: number): Promise<{ items: T[]; more: boolean }> {
  const items: T[] = [];
  for await (const item of list) {
    if (items.length === most) return { items, more: true };
    items.push(item);
  }
  return { items, more: false };
}
