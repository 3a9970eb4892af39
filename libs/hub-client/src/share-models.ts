import type { Timestamp } from './models.js';

/** A server as shares show it. */
export interface SharedServer {
  /** Its owner. */
  user: { name: string };
  /** '' for the default server. */
  name: string;
  url: string;
  full_url: string | null;
  ready: boolean;
}

/** Scopes on one server that one user or one group was given; the other of `user` and `group` is null. */
export interface Share {
  server: SharedServer;
  scopes: string[];
  user: { name: string } | null;
  group: { name: string } | null;
  kind: 'user' | 'group';
  created_at: Timestamp | null;
}

/** A code that whoever is logged in may turn into a share, without its secret. */
export interface ShareCode {
  server: SharedServer;
  scopes: string[];
  /** `sc_` and a number. */
  id: string;
  created_at: Timestamp | null;
  expires_at: Timestamp | null;
  exchange_count: number;
  last_exchanged_at: Timestamp | null;
}

/** A share code as it is made: the only time its secret is shown. */
export interface NewShareCode extends ShareCode {
  code: string;
  /** URL path of the page that accepts it. */
  accept_url: string;
  full_accept_url: string | null;
}

/** With whom a server is shared: one user or one group. */
export type Receiver = { user: string } | { group: string };
