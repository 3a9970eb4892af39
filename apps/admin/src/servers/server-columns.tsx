import { Link } from '../routing/router.js';
import { Ago } from '../ui/ago.js';
import type { Column } from '../ui/data-table.js';
import { ServerActions } from './server-actions.js';
import { ServerBadge } from './server-badge.js';
import { ServerNotes } from './server-notes.js';
import type { ServerRow } from './server-rows.js';

const titleOf = ({ name, display_name }: ServerRow['server']) => display_name || name || 'default server';

export const SERVER_COLUMNS: Column<ServerRow>[] = [
  {
    id: 'user',
    header: 'User',
    cell: ({ row: { original } }) => <Link to={{ view: 'user', user: original.user }}>{original.user}</Link>,
  },
  {
    id: 'server',
    header: 'Server',
    meta: { className: 'note-col' },
    cell: ({ row: { original } }) => (
      <Link to={{ view: 'server', user: original.user, server: original.server.name }} aria-label={`${titleOf(original.server)} of ${original.user}`}>
        {titleOf(original.server)}
      </Link>
    ),
  },
  {
    id: 'state',
    header: 'State',
    cell: ({ row }) => (
      <>
        <ServerBadge server={row.original.server} />
        <ServerNotes server={row.original.server} />
      </>
    ),
  },
  { id: 'started', header: 'Since', cell: ({ row }) => <Ago at={row.original.server.started} never="–" /> },
  { id: 'last_activity', header: 'Last active', cell: ({ row }) => <Ago at={row.original.server.last_activity} /> },
  {
    id: 'actions',
    header: '',
    meta: { className: 'action-col' },
    cell: ({ row: { original } }) => (
      <div className="row-actions">
        <ServerActions user={original.user} server={original.server.name} model={original.server} all />
      </div>
    ),
  },
];
