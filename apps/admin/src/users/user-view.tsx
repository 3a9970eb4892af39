import { useQuery } from '@tanstack/react-query';
import type { User } from '#hub-client/client';
import { hub, may, pageData } from '../hub/hub.js';
import { Link, navigate } from '../routing/router.js';
import { Ago } from '../ui/ago.js';
import { ConfirmButton } from '../ui/confirm-button.js';
import { Facts } from '../ui/facts.js';
import { Heading } from '../ui/heading.js';
import { Loaded } from '../ui/loaded.js';
import { Words } from '../ui/words.js';
import { EditUserButton } from './user-actions.js';
import { UserGroups } from './user-groups.js';
import { UserHistory } from './user-history.js';
import { UserServers } from './user-servers.js';
import { UserShares } from './user-shares.js';
import { UserTokens } from './user-tokens.js';

function Actions({ user }: { user: User }) {
  const { name, groups } = user;
  const about = { user: name, groups };
  return (
    <>
      {may('admin:users', about) && <EditUserButton user={user} onDone={(renamed) => navigate({ view: 'user', user: renamed })} />}
      {name !== pageData.user && may('delete:users', about) && (
        <ConfirmButton
          label="Delete"
          about={name}
          title={`Delete ${name}?`}
          done={`${name} is deleted`}
          run={() => hub.deleteUser(name)}
          onDone={() => navigate({ view: 'users' })}
        >
          Their servers are stopped, and their tokens and shares are gone. This cannot be undone.
        </ConfirmButton>
      )}
    </>
  );
}

/** Everything about one user. */
export function UserView({ name }: { name: string }) {
  const query = useQuery({ queryKey: ['user', name], queryFn: ({ signal }) => hub.getUser(name, { include_stopped_servers: true, signal }) });
  return (
    <>
      <Heading title={name} before={<Link to={{ view: 'users' }}>Users</Link>}>
        {query.data && <Actions user={query.data} />}
      </Heading>
      <Loaded query={query}>
        {(user) => (
          <>
            <Facts
              facts={{
                Admin: user.admin ? 'yes' : 'no',
                Roles: user.roles && <Words words={user.roles} />,
                Added: user.created && <Ago at={user.created} />,
                'Last active': <Ago at={user.last_activity} />,
              }}
            />
            <UserServers user={user} />
            <UserGroups user={user} />
            {may('read:tokens', { user: name, groups: user.groups }) && <UserTokens user={name} />}
            {may('read:shares', { user: name, groups: user.groups }) && <UserShares user={name} />}
            {may('read:audit', { user: name, groups: user.groups }) && <UserHistory user={name} />}
          </>
        )}
      </Loaded>
    </>
  );
}
