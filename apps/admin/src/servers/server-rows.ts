import type { Server, User } from '#hub-client/client';

/** A server with whose it is. */
export interface ServerRow {
  /** "user/server". */
  id: string;
  user: string;
  server: Server;
}

/** The servers of some users, each on a line, default servers first. */
export const serverRows = (users: readonly User[]): ServerRow[] =>
  users.flatMap(({ name: user, servers = {} }) =>
    Object.values(servers)
      .sort((a, b) => a.name.localeCompare(b.name))
      .map((server) => ({ id: `${user}/${server.name}`, user, server })),
  );
