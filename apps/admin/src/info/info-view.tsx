import { useQuery } from '@tanstack/react-query';
import type { HubExtension, HubInfo } from '#hub-client/client';
import { bytesInWords } from '../format/amount.js';
import { durationInWords } from '../format/time.js';
import { hub, may } from '../hub/hub.js';
import { Facts } from '../ui/facts.js';
import { Heading } from '../ui/heading.js';
import { Loaded } from '../ui/loaded.js';
import { ConfigInForceView } from './config-view.js';
import { HealthReport } from './health-report.js';

function factsOf({ version, spawner, authenticator }: HubInfo, elara: HubExtension) {
  const { database, proxy } = elara;
  return {
    Elara: elara.version,
    'Level of the API': `JupyterHub ${version}`,
    'Running for': durationInWords(elara.uptime_seconds),
    Memory: bytesInWords(elara.memory_rss_bytes),
    'Node.js': elara.node,
    Proxy: `${proxy.class} ${proxy.version ?? ''}`,
    Database: `${database.kind} ${database.version ?? ''}`,
    'Database at': <code>{database.location}</code>,
    Authenticator: <code>{authenticator.class}</code>,
    Spawner: <code>{spawner.class}</code>,
  };
}

/** What operators look at first: versions, how each part is, and the config in force. */
export function InfoView() {
  const query = useQuery({ queryKey: ['info'], queryFn: ({ signal }) => hub.info({ signal }) });
  return (
    <>
      <Heading title="Info" />
      <Loaded query={query}>
        {(info) =>
          info.elara && (
            <>
              <Facts facts={factsOf(info, info.elara)} />
              <HealthReport health={info.elara.health} />
            </>
          )
        }
      </Loaded>
      {may('admin-ui') && <ConfigInForceView />}
    </>
  );
}
