import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { counted } from '../format/count.js';
import { hub, pageData } from '../hub/hub.js';
import { replaceSearch, useSearch } from '../routing/router.js';
import { DataTable } from '../ui/data-table.js';
import { Heading } from '../ui/heading.js';
import { Loaded } from '../ui/loaded.js';
import { Pager } from '../ui/pager.js';
import { SearchField } from '../ui/search-field.js';
import { Select } from '../ui/select.js';
import { SERVER_COLUMNS } from './server-columns.js';
import { serverRows } from './server-rows.js';
import { stateOf } from './server-state.js';
import { requestOf, searchOf, type ServersQuery, serversQueryOf } from './servers-query.js';

const SHOWN = { active: 'All that are not stopped', ready: 'Running', failed: 'That did not start', all: 'Stopped ones, too' } as const;

function useServers(query: ServersQuery) {
  return useQuery({
    queryKey: ['users', 'servers', query],
    queryFn: async ({ signal }) => {
      const { items, total } = await hub.usersPage({ ...requestOf(query, pageData.pageSize), signal });
      return { rows: serverRows(items).filter(({ server }) => query.shown !== 'failed' || stateOf(server) === 'failed'), users: items.length, total };
    },
    placeholderData: keepPreviousData,
  });
}

/** The servers of everybody. */
export function ServersView() {
  const query = serversQueryOf(useSearch());
  const servers = useServers(query);
  const ask = (changes: Partial<ServersQuery>) => replaceSearch(searchOf({ ...query, offset: 0, ...changes }));
  return (
    <>
      <Heading title="Servers" />
      <div className="filters" role="search" aria-label="Servers">
        <SearchField label="Part of the user's name" value={query.search} onChange={(search) => ask({ search })} />
        <Select label="Show" value={query.shown} options={SHOWN} onChange={(shown) => ask({ shown })} />
        <p className="filters-found" role="status">
          {servers.data && `of ${counted(servers.data.total, 'user')}`}
        </p>
      </div>
      <Loaded query={servers}>
        {({ rows, users, total }) => (
          <>
            <DataTable caption="Servers" columns={SERVER_COLUMNS} rows={rows} idOf={({ id }) => id} empty="There are no such servers." />
            <Pager offset={query.offset} limit={pageData.pageSize} shown={users} total={total} onMove={(offset) => ask({ offset })} />
          </>
        )}
      </Loaded>
    </>
  );
}
