import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { Group } from '#hub-client/client';
import { useState } from 'react';
import { counted } from '../format/count.js';
import { hub, may, pageData } from '../hub/hub.js';
import { Link } from '../routing/router.js';
import { type Column, DataTable } from '../ui/data-table.js';
import { Heading } from '../ui/heading.js';
import { Loaded } from '../ui/loaded.js';
import { Pager } from '../ui/pager.js';
import { Words } from '../ui/words.js';
import { AddNames } from './add-names.js';
import { DeleteGroup } from './delete-group.js';

const COLUMNS: Column<Group>[] = [
  { id: 'name', header: 'Name', meta: { className: 'note-col' }, cell: ({ row }) => <Link to={{ view: 'group', group: row.original.name }}>{row.original.name}</Link> },
  { id: 'members', header: 'Members', cell: ({ row }) => counted(row.original.users?.length ?? 0, 'user') },
  { id: 'properties', header: 'Properties', meta: { className: 'words-col' }, cell: ({ row }) => <Words words={Object.keys(row.original.properties ?? {})} /> },
  { id: 'roles', header: 'Roles', meta: { className: 'words-col' }, cell: ({ row }) => <Words words={row.original.roles} /> },
  { id: 'actions', header: '', meta: { className: 'action-col' }, cell: ({ row }) => may('delete:groups') && <DeleteGroup group={row.original.name} /> },
];

/** All groups. */
export function GroupsView() {
  const [offset, setOffset] = useState(0);
  const [adds, setAdds] = useState(false);
  const limit = pageData.pageSize;
  const query = useQuery({ queryKey: ['groups', offset], queryFn: ({ signal }) => hub.groupsPage({ limit, offset, signal }), placeholderData: keepPreviousData });
  return (
    <>
      <Heading title="Groups">
        {may('admin:groups') && (
          <button type="button" className="btn btn-primary" onClick={() => setAdds(true)}>
            Add groups
          </button>
        )}
      </Heading>
      <Loaded query={query}>
        {({ items, total }) => (
          <>
            <DataTable caption="Groups" columns={COLUMNS} rows={items} idOf={({ name }) => name} empty="There are no groups yet." />
            <Pager offset={offset} limit={limit} shown={items.length} total={total} onMove={setOffset} />
          </>
        )}
      </Loaded>
      {adds && <AddNames title="Add groups" what="group" hint="One or several, parted by spaces, commas or lines." run={(names) => hub.createGroups(names)} onClose={() => setAdds(false)} />}
    </>
  );
}
