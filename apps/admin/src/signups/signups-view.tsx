import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { NativeAccount } from '#hub-client/client';
import { hub, pageData } from '../hub/hub.js';
import { Link, replaceSearch, useSearch } from '../routing/router.js';
import { Ago } from '../ui/ago.js';
import { type Column, DataTable } from '../ui/data-table.js';
import { Heading } from '../ui/heading.js';
import { Loaded } from '../ui/loaded.js';
import { Pager } from '../ui/pager.js';
import { Select } from '../ui/select.js';
import { AccountActions } from './account-actions.js';

const SHOWN = { pending: 'Who waits for approval', approved: 'Who was let in' } as const;
type Shown = keyof typeof SHOWN;
const EMPTY: Record<Shown, string> = { pending: 'Nobody waits for approval.', approved: 'Nobody has been let in yet.' };

const COLUMNS: Column<NativeAccount>[] = [
  { id: 'name', header: 'Name', meta: { className: 'note-col' }, cell: ({ row }) => <Name account={row.original} /> },
  { id: 'email', header: 'E-mail', meta: { className: 'words-col' }, cell: ({ row }) => row.original.email ?? <span className="muted">not given</span> },
  { id: 'created', header: 'Signed up', cell: ({ row }) => <Ago at={row.original.created} /> },
  { id: 'state', header: 'State', cell: ({ row }) => <State account={row.original} /> },
  { id: 'actions', header: '', meta: { className: 'action-col' }, cell: ({ row }) => <AccountActions account={row.original} /> },
];

function Name({ account: { name, user_exists } }: { account: NativeAccount }) {
  return user_exists ? <Link to={{ view: 'user', user: name }}>{name}</Link> : name;
}

function State({ account: { approved, approved_by, two_factor, user_exists } }: { account: NativeAccount }) {
  if (!approved) return user_exists ? <span className="state state-failed">waits; there is a user of this name</span> : <span className="state state-check">waits</span>;
  return (
    <>
      let in {approved_by ? `by ${approved_by}` : 'at once'}
      {two_factor && <span className="badge-admin">one-time codes</span>}
    </>
  );
}

/** Who has signed up for an account of the hub's own. */
export function SignupsView() {
  const search = useSearch();
  const shown: Shown = search.get('show') === 'approved' ? 'approved' : 'pending';
  const offset = Number(search.get('offset')) || 0;
  const limit = pageData.pageSize;
  const query = useQuery({ queryKey: ['accounts', shown, offset], queryFn: ({ signal }) => hub.accounts.page({ state: shown, limit, offset, signal }), placeholderData: keepPreviousData });
  const ask = (show: Shown, from = 0) => replaceSearch(new URLSearchParams({ ...(show !== 'pending' && { show }), ...(from > 0 && { offset: String(from) }) }));
  return (
    <>
      <Heading title="Sign-ups" />
      <div className="filters" role="search" aria-label="Sign-ups">
        <Select label="Show" value={shown} options={SHOWN} onChange={(show) => ask(show)} />
      </div>
      <Loaded query={query}>
        {({ items, total }) => (
          <>
            <DataTable caption="Sign-ups" columns={COLUMNS} rows={items} idOf={({ name }) => name} empty={EMPTY[shown]} />
            <Pager offset={offset} limit={limit} shown={items.length} total={total} onMove={(from) => ask(shown, from)} />
          </>
        )}
      </Loaded>
    </>
  );
}
