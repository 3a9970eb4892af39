export type FilterKind = 'user' | 'group' | 'server' | 'service';

/** Who holds scopes: what a bare `!user` or `!service` and the metascope `self` refer to. */
export interface Owner {
  kind: 'user' | 'service';
  name: string;
}

/** What an OAuth client stands for: a server (`user/server`, the default server being `user/`) or a service. */
export interface ScopeClient {
  server?: string;
  service?: string;
}

/** What is asked about; the name of a server is `user/server`. */
export interface Resource {
  kind: FilterKind;
  name: string;
}

export type ScopeFilters = ReadonlyMap<FilterKind, ReadonlySet<string>>;

/** Scopes by base name: held without a filter (`all`), or for the names listed by kind; neither map nor sets are ever empty. */
export type ParsedScopes = ReadonlyMap<string, 'all' | ScopeFilters>;

/** The names of the groups a user is in; none for an unknown user. */
export type GroupsOf = (user: string) => Iterable<string>;
