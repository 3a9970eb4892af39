import { may } from './hub/hub.js';
import { Link, useRoute } from './routing/router.js';
import { type Route, SECTIONS, sectionOf } from './routing/routes.js';
import { Announcer } from './ui/announcer.js';
import { Heading } from './ui/heading.js';
import { UsersView } from './users/users-view.js';

function View({ route }: { route: Route }) {
  switch (route.view) {
    case 'users':
      return <UsersView />;
    case 'user':
    case 'servers':
    case 'server':
    case 'groups':
    case 'group':
    case 'services':
    case 'service':
    case 'unknown':
      return (
        <>
          <Heading title="There is no such page" />
          <p>The address may be wrong, or what it showed is gone.</p>
        </>
      );
  }
}

/** The frame of all views: the navigation of the admin area, and what was last done. */
export function App() {
  const route = useRoute();
  const here = sectionOf(route);
  return (
    <Announcer>
      <nav className="admin-nav" aria-label="Admin area">
        <ul>
          {SECTIONS.filter(({ scope }) => may(scope)).map(({ view, title }) => (
            <li key={view}>
              <Link to={{ view }} aria-current={view === here ? 'page' : undefined}>
                {title}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <View route={route} />
    </Announcer>
  );
}
