import { quoteName, serverPath, type HubUrls } from '../config/urls.js';

/** A person as templates see them, under the names that JupyterHub's templates use. */
export interface PageUser {
  name: string;
  admin: boolean;
  /** The name as it stands in addresses. */
  escaped_name: string;
  /** Where the default server answers. */
  url: string;
  server_url(name?: string): string;
  /** Their resource in the REST API. */
  api_path: string;
}

export function pageUser({ name, admin = false }: { name: string; admin?: boolean }, urls: HubUrls): PageUser {
  return {
    name,
    admin,
    escaped_name: quoteName(name),
    url: serverPath(urls.baseUrl, name, ''),
    server_url: (server = '') => serverPath(urls.baseUrl, name, server),
    api_path: userApiPath(urls, name),
  };
}

export const userApiPath = (urls: HubUrls, user: string) => `${urls.apiPrefix}/users/${quoteName(user)}`;

/** The server's resource in the REST API; the default server has an address of its own. */
export const serverApiPath = (urls: HubUrls, user: string, server: string) =>
  `${userApiPath(urls, user)}/${server ? `servers/${quoteName(server)}` : 'server'}`;

/** Address of one of the pages about a server: `spawn`, `spawn-pending`. */
export const serverPagePath = (urls: HubUrls, page: string, user: string, server: string) =>
  `${urls.hubPrefix}${page}/${quoteName(user)}${server && `/${quoteName(server)}`}`;
