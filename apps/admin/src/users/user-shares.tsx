import { useQuery } from '@tanstack/react-query';
import type { Share } from '#hub-client/client';
import { firstOf } from '../hub/first-of.js';
import { hub, may } from '../hub/hub.js';
import { Ago } from '../ui/ago.js';
import { ConfirmButton } from '../ui/confirm-button.js';
import { type Column, DataTable } from '../ui/data-table.js';
import { Loaded } from '../ui/loaded.js';
import { Section } from '../ui/section.js';
import { Words } from '../ui/words.js';

const MOST = 100;

const receiverOf = ({ user, group }: Share) => (user ? { user: user.name } : { group: group?.name ?? '' });
const receiverText = ({ user, group }: Share) => user?.name ?? `everybody in ${group?.name}`;
const serverText = ({ server }: Share) => `${server.name || 'default server'} of ${server.user.name}`;

const COLUMNS: Column<Share>[] = [
  { id: 'server', header: 'Server', meta: { className: 'note-col' }, cell: ({ row }) => serverText(row.original) },
  { id: 'with', header: 'With', cell: ({ row }) => receiverText(row.original) },
  { id: 'scopes', header: 'Scopes', meta: { className: 'words-col' }, cell: ({ row }) => <Words words={row.original.scopes} /> },
  { id: 'created', header: 'Since', cell: ({ row }) => <Ago at={row.original.created_at} /> },
  {
    id: 'actions',
    header: '',
    meta: { className: 'action-col' },
    cell: ({ row: { original: share } }) =>
      may('shares') && (
        <ConfirmButton
          label="End"
          about={`the share of the ${serverText(share)} with ${receiverText(share)}`}
          title="End this share?"
          done="The share has ended"
          run={() => hub.shares.revoke(share.server.user.name, share.server.name, receiverOf(share))}
        >
          {receiverText(share)} cannot enter the {serverText(share)} any more.
        </ConfirmButton>
      ),
  },
];

/** What a user shares with others, and others with them. */
export function UserShares({ user }: { user: string }) {
  const query = useQuery({
    queryKey: ['user', user, 'shares'],
    queryFn: async ({ signal }) => {
      const [given, received] = await Promise.all([firstOf(hub.shares.list(user, undefined, { signal }), MOST), firstOf(hub.shares.withUser(user, { signal }), MOST)]);
      return { rows: [...given.items, ...received.items], more: given.more || received.more };
    },
  });
  return (
    <Section title="Shares">
      <Loaded query={query}>
        {({ rows, more }) => (
          <>
            <DataTable
              caption={`Shares of and with ${user}`}
              columns={COLUMNS}
              rows={rows}
              idOf={(share) => JSON.stringify([share.server.user.name, share.server.name, receiverOf(share)])}
              empty="No servers are shared, neither theirs nor with them."
            />
            {more && <p className="facts">There are more; these are the first {MOST}.</p>}
          </>
        )}
      </Loaded>
    </Section>
  );
}
