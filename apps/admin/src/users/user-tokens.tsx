import { useQuery } from '@tanstack/react-query';
import type { Token } from '#hub-client/client';
import { useState } from 'react';
import { hub, may } from '../hub/hub.js';
import { Ago } from '../ui/ago.js';
import { ConfirmButton } from '../ui/confirm-button.js';
import { type Column, DataTable } from '../ui/data-table.js';
import { Loaded } from '../ui/loaded.js';
import { Section } from '../ui/section.js';
import { Words } from '../ui/words.js';
import { NewToken } from './new-token.js';

const labelOf = ({ note, id }: Token) => note || `token ${id}`;

const COLUMNS: Column<Token & { user: string }>[] = [
  { id: 'note', header: 'Note', meta: { className: 'note-col' }, cell: ({ row }) => labelOf(row.original) },
  { id: 'scopes', header: 'Scopes', meta: { className: 'words-col' }, cell: ({ row }) => <Words words={row.original.scopes} /> },
  { id: 'last_activity', header: 'Last used', cell: ({ row }) => <Ago at={row.original.last_activity} /> },
  { id: 'created', header: 'Made', cell: ({ row }) => <Ago at={row.original.created} /> },
  { id: 'expires_at', header: 'Expires', cell: ({ row }) => <Ago at={row.original.expires_at} /> },
  {
    id: 'actions',
    header: '',
    meta: { className: 'action-col' },
    cell: ({ row: { original: token } }) =>
      may('tokens', { user: token.user }) && (
        <ConfirmButton label="Revoke" about={labelOf(token)} title={`Revoke ${labelOf(token)}?`} done="The token is revoked" run={() => hub.revokeToken(token.user, token.id)}>
          Whatever uses it loses access at once. This cannot be undone.
        </ConfirmButton>
      ),
  },
];

/** The tokens of a user: those they asked for, and those of their servers and logins. */
export function UserTokens({ user }: { user: string }) {
  const query = useQuery({ queryKey: ['user', user, 'tokens'], queryFn: async ({ signal }) => (await hub.tokens(user, { signal })).map((token) => ({ ...token, user })) });
  const [makes, setMakes] = useState(false);
  const make = (
    <button type="button" className="btn btn-sm btn-outline-secondary" onClick={() => setMakes(true)}>
      Make a token
    </button>
  );
  return (
    <Section title="Tokens" actions={may('tokens', { user }) && make}>
      <Loaded query={query}>
        {(tokens) => <DataTable caption={`Tokens of ${user}`} columns={COLUMNS} rows={tokens} idOf={({ id }) => id} empty="There are no tokens." />}
      </Loaded>
      {makes && <NewToken user={user} onClose={() => setMakes(false)} />}
    </Section>
  );
}
