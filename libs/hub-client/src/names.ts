/**
 * Percent-encodes a user, server, group or service name for one segment of a URL path, keeping `@` and `~` as JupyterHub does.
 * `.` and `..` are refused: URL parsers take even `%2e%2e` for a step up.
 *
 * @throws TypeError for `.` and `..`, URIError for text that is no valid Unicode
 */
export function quoteName(name: string): string {
  if (name === '.' || name === '..')
    throw new TypeError(`cannot put the name ${name} into a URL: because it means a folder there`);
  return encodeURIComponent(name)
    .replace(/%40/g, '@')
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** The API path of a user: `/users/NAME`. */
export const userPath = (user: string): string => `/users/${quoteName(user)}`;

/** The API path of a group: `/groups/NAME`. */
export const groupPath = (group: string): string => `/groups/${quoteName(group)}`;

/** The API path of a server: `/users/NAME/server`, or `/users/NAME/servers/SERVER` for a named one. */
export const serverPath = (user: string, server: string): string =>
  server ? `${userPath(user)}/servers/${quoteName(server)}` : `${userPath(user)}/server`;
