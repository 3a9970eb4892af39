import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { RowSelectionState } from '@tanstack/react-table';
import { useState } from 'react';
import { counted } from '../format/count.js';
import { hub, may, pageData } from '../hub/hub.js';
import { replaceSearch, useSearch } from '../routing/router.js';
import { DataTable } from '../ui/data-table.js';
import { Heading } from '../ui/heading.js';
import { Pager } from '../ui/pager.js';
import { Problem } from '../ui/problem.js';
import { AddUsers } from './add-users.js';
import { type BulkAction, BulkDialog } from './bulk-dialog.js';
import { requestOf, searchOf, type UsersQuery, usersQueryOf } from './users-query.js';
import { USER_COLUMNS } from './users-table.js';
import { UsersFilter } from './users-filter.js';

const NOBODY: never[] = [];

function useUsers(query: UsersQuery) {
  return useQuery({
    queryKey: ['users', query],
    queryFn: ({ signal }) => hub.usersPage({ ...requestOf(query, pageData.pageSize), signal }),
    placeholderData: keepPreviousData,
  });
}

/** All users, page by page as the hub sorts and filters them. */
export function UsersView() {
  const query = usersQueryOf(useSearch());
  const { data, error, isPending, refetch } = useUsers(query);
  const [chosen, choose] = useState<RowSelectionState>({});
  const [adds, setAdds] = useState(false);
  const ask = (changes: Partial<UsersQuery>) => replaceSearch(searchOf({ ...query, offset: 0, ...changes }));
  const rows = data?.items ?? NOBODY;
  return (
    <>
      <Heading title="Users">
        {may('admin:users') && (
          <button type="button" className="btn btn-primary" onClick={() => setAdds(true)}>
            Add users
          </button>
        )}
      </Heading>
      <UsersFilter query={query} ask={ask} found={data && counted(data.total, 'user')} />
      <Problem error={error} retry={refetch} />
      <ChosenUsers chosen={Object.keys(chosen)} onChange={(names) => choose(Object.fromEntries(names.map((name) => [name, true])))} />
      {isPending ? (
        <p className="muted">Loading …</p>
      ) : (
        <DataTable
          caption="Users"
          columns={USER_COLUMNS}
          rows={rows}
          idOf={({ name }) => name}
          sort={query.sort}
          onSort={(sort) => ask({ sort })}
          selection={{ chosen, choose, nameOf: (name) => name }}
          empty={query.search || query.state ? 'Nobody fits. Try other words or another filter.' : 'There are no users yet.'}
        />
      )}
      <Pager offset={query.offset} limit={pageData.pageSize} shown={rows.length} total={data?.total ?? 0} onMove={(offset) => ask({ offset })} />
      {adds && <AddUsers onClose={() => setAdds(false)} />}
    </>
  );
}

/** What can be done with those who are chosen, also on other pages. */
function ChosenUsers({ chosen, onChange }: { chosen: readonly string[]; onChange: (names: readonly string[]) => void }) {
  const [asked, setAsked] = useState<{ action: BulkAction; names: readonly string[] }>();
  const button = (action: BulkAction, text: string, look: string) => (
    <button type="button" className={`btn btn-sm ${look}`} onClick={() => setAsked({ action, names: chosen })}>
      {text}
    </button>
  );
  return (
    <>
      {chosen.length > 0 && (
        <div className="chosen-bar" role="group" aria-label="Chosen users">
          <span role="status">{counted(chosen.length, 'user')} chosen</span>
          {may('start:servers') && button('start', 'Start servers', 'btn-outline-primary')}
          {may('delete:servers') && button('stop', 'Stop servers', 'btn-outline-primary')}
          {may('delete:users') && button('delete', 'Delete', 'btn-outline-danger')}
          <button type="button" className="btn btn-sm btn-outline-secondary" onClick={() => onChange([])}>
            Choose none
          </button>
        </div>
      )}
      {asked && <BulkDialog {...asked} onDone={(names) => onChange(chosen.filter((name) => !names.includes(name)))} onClose={() => setAsked(undefined)} />}
    </>
  );
}
