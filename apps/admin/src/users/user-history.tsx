import { useQuery } from '@tanstack/react-query';
import { AUDIT_COLUMNS } from '../audit/audit-columns.js';
import { hub } from '../hub/hub.js';
import { Link } from '../routing/router.js';
import { DataTable } from '../ui/data-table.js';
import { Loaded } from '../ui/loaded.js';
import { Section } from '../ui/section.js';

const LATEST = 10;

/** What was done lately to a user's account, servers and tokens. */
export function UserHistory({ user }: { user: string }) {
  const query = useQuery({ queryKey: ['user', user, 'audit'], queryFn: ({ signal }) => hub.audit.ofUser(user, { limit: LATEST, signal }) });
  const more = (
    <Link to={{ view: 'audit' }} search={new URLSearchParams({ actor: `user:${user}` }).toString()}>
      What {user} did
    </Link>
  );
  return (
    <Section title="What was done to this account" actions={more}>
      <Loaded query={query}>
        {({ items }) => <DataTable caption={`What was done to ${user}`} columns={AUDIT_COLUMNS} rows={items} idOf={({ id }) => String(id)} empty="Nothing is recorded." />}
      </Loaded>
    </Section>
  );
}
