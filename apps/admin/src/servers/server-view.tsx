import { useQuery } from '@tanstack/react-query';
import type { Server } from '#hub-client/client';
import { hub, may } from '../hub/hub.js';
import { LogView } from '../logs/log-view.js';
import type { LogSource } from '../logs/use-log.js';
import { Link, navigate } from '../routing/router.js';
import { Ago } from '../ui/ago.js';
import { Facts } from '../ui/facts.js';
import { Heading } from '../ui/heading.js';
import { Loaded } from '../ui/loaded.js';
import { CullingReport } from './culling-report.js';
import { FailureReport } from './failure.js';
import { ServerActions } from './server-actions.js';
import { ServerBadge } from './server-badge.js';
import { queueInWords } from './server-state.js';

const logOf = (user: string, server: string): LogSource => ({
  read: (options) => hub.logs.ofServer(user, server, options),
  follow: (seen, options) => hub.logs.followServer(user, server, seen, options),
});

function ServerFacts({ model }: { model: Server }) {
  const { elara = {}, user_options } = model;
  const warning = elara.cull_warning;
  return (
    <Facts
      facts={{
        State: <ServerBadge server={model} />,
        Queue: queueInWords(elara),
        'Running since': model.started && <Ago at={model.started} />,
        'Last active': <Ago at={model.last_activity} />,
        'Will be stopped': warning && (
          <>
            <Ago at={warning.at} />: {warning.reason}
          </>
        ),
        Address: <code>{model.full_url ?? model.url}</code>,
        Options: user_options && Object.keys(user_options).length > 0 && <code>{JSON.stringify(user_options)}</code>,
        'State of the spawner': model.state && Object.keys(model.state).length > 0 && <code>{JSON.stringify(model.state)}</code>,
      }}
    />
  );
}

/** One server: how it is, why it failed, when it will be stopped, and what it prints. */
export function ServerView({ user, server }: { user: string; server: string }) {
  const query = useQuery({ queryKey: ['user', user, 'server', server], queryFn: ({ signal }) => hub.getServer(user, server, { signal }) });
  const toUser = () => navigate({ view: 'user', user });
  return (
    <>
      <Heading title={server || 'Default server'} before={<Link to={{ view: 'user', user }}>{user}</Link>}>
        {query.data && <ServerActions user={user} server={server} model={query.data} all onDeleted={toUser} />}
      </Heading>
      <Loaded query={query}>
        {(model) => (
          <>
            <FailureReport failure={model.elara?.failure} />
            <ServerFacts model={model} />
            {may('read:users:activity', { user }) && <CullingReport user={user} server={server} />}
            {may('read:servers:logs', { user }) && <LogView source={logOf(user, server)} id={`${user}/${server}`} />}
          </>
        )}
      </Loaded>
    </>
  );
}
