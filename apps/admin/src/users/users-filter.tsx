import { SearchField } from '../ui/search-field.js';
import { Select } from '../ui/select.js';
import type { UsersQuery } from './users-query.js';

const STATES = { '': 'Everybody', active: 'With a server that is not stopped', ready: 'With a running server', failed: 'With a server that did not start', inactive: 'Without a server' } as const;

interface UsersFilterProps {
  query: UsersQuery;
  ask: (changes: Partial<UsersQuery>) => void;
  /** How many there are; undefined while nobody knows. */
  found: string | undefined;
}

export function UsersFilter({ query, ask, found }: UsersFilterProps) {
  return (
    <div className="filters" role="search" aria-label="Users">
      <SearchField label="Part of a name" value={query.search} onChange={(search) => ask({ search })} />
      <Select label="Show" value={query.state} options={STATES} onChange={(state) => ask({ state })} />
      <p className="filters-found" role="status">
        {found}
      </p>
    </div>
  );
}
