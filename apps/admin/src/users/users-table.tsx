import type { User } from '#hub-client/client';
import { Link } from '../routing/router.js';
import { ServerBadge } from '../servers/server-badge.js';
import { Ago } from '../ui/ago.js';
import type { Column } from '../ui/data-table.js';
import { Words } from '../ui/words.js';
import { UserActions } from './user-actions.js';

const namedServers = ({ servers = {} }: User) => Object.values(servers).filter(({ name, stopped }) => name !== '' && !stopped).length;

function Servers({ user }: { user: User }) {
  const named = namedServers(user);
  return (
    <>
      <ServerBadge server={user.servers?.['']} />
      {named > 0 && <span className="muted"> and {named} named</span>}
    </>
  );
}

export const USER_COLUMNS: Column<User>[] = [
  {
    id: 'name',
    header: 'Name',
    meta: { sort: 'name', className: 'note-col' },
    cell: ({ row: { original: user } }) => (
      <>
        <Link to={{ view: 'user', user: user.name }}>{user.name}</Link>
        {user.admin && <span className="badge-admin">admin</span>}
      </>
    ),
  },
  { id: 'server', header: 'Server', cell: ({ row }) => <Servers user={row.original} /> },
  { id: 'groups', header: 'Groups', meta: { className: 'words-col' }, cell: ({ row }) => <Words words={row.original.groups} /> },
  { id: 'roles', header: 'Roles', meta: { className: 'words-col' }, cell: ({ row }) => <Words words={row.original.roles} /> },
  { id: 'last_activity', header: 'Last active', meta: { sort: 'last_activity' }, cell: ({ row }) => <Ago at={row.original.last_activity} /> },
  { id: 'actions', header: '', meta: { className: 'action-col' }, cell: ({ row }) => <UserActions user={row.original} /> },
];
