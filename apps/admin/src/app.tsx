import { useEffect, useRef } from 'react';
import { AuditView } from './audit/audit-view.js';
import { GroupView } from './groups/group-view.js';
import { GroupsView } from './groups/groups-view.js';
import { maySee } from './hub/hub.js';
import { InfoView } from './info/info-view.js';
import { OverviewView } from './overview/overview-view.js';
import { Link, useRoute } from './routing/router.js';
import { pathOf, type Route, SECTIONS, sectionOf } from './routing/routes.js';
import { ServerView } from './servers/server-view.js';
import { ServersView } from './servers/servers-view.js';
import { ServiceView } from './services/service-view.js';
import { ServicesView } from './services/services-view.js';
import { SignupsView } from './signups/signups-view.js';
import { Announcer } from './ui/announcer.js';
import { Crash } from './ui/crash.js';
import { Heading } from './ui/heading.js';
import { UserView } from './users/user-view.js';
import { UsersView } from './users/users-view.js';

function View({ route }: { route: Route }) {
  switch (route.view) {
    case 'overview':
      return <OverviewView />;
    case 'audit':
      return <AuditView />;
    case 'info':
      return <InfoView />;
    case 'users':
      return <UsersView />;
    case 'user':
      return <UserView name={route.user} />;
    case 'signups':
      return <SignupsView />;
    case 'servers':
      return <ServersView />;
    case 'server':
      return <ServerView user={route.user} server={route.server} />;
    case 'groups':
      return <GroupsView />;
    case 'group':
      return <GroupView name={route.group} />;
    case 'services':
      return <ServicesView />;
    case 'service':
      return <ServiceView name={route.service} />;
    case 'unknown':
      return <NoSuchPage />;
  }
}

function NoSuchPage() {
  return (
    <>
      <Heading title="There is no such page" />
      <p>The address may be wrong, or what it showed is gone.</p>
    </>
  );
}

/** The frame of all views: the navigation of the admin area, and what was last done. */
export function App() {
  const route = useRoute();
  const here = sectionOf(route);
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    // on a narrow screen not all of the navigation is seen
    nav.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [here]);
  return (
    <Announcer>
      <nav ref={nav} className="admin-nav" aria-label="Admin area">
        <ul>
          {SECTIONS.filter(maySee).map(({ view, title }) => (
            <li key={view}>
              <Link to={{ view }} aria-current={view === here ? 'page' : undefined}>
                {title}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <Crash key={pathOf(route)}>
        <View route={route} />
      </Crash>
    </Announcer>
  );
}
