/** The names in a text that somebody typed: parted by spaces, commas or lines; each once, in their order. */
export const namesIn = (text: string): string[] => [...new Set(text.split(/[\s,;]+/).filter(Boolean))];

/** At most so many names, and how many more there are. */
export function someNames(names: readonly string[], most = 8): string {
  const more = names.length - most;
  return more > 0 ? `${names.slice(0, most).join(', ')} and ${more} more` : names.join(', ');
}
