/**
 * The scopes of a share or share code as they stand now. A share is about a server by its id; the names in what is stored may be those
 * of an earlier day, and may by now be somebody else's.
 * @param stored raw scopes, each with the filter of the server's name at that time
 * @param server the server's present name, "user/server"
 * @returns the same scopes on that server, sorted
 */
export function scopesOnServer(stored: readonly string[], server: string): string[] {
  return [...new Set(stored.map((scope) => `${scope.split('!')[0]}!server=${server}`))].sort();
}
