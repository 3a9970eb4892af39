import { quoteName } from '#hub-client/client';

/** The lists, in the order of the navigation, and the scope of which some form shows each. */
export const SECTIONS = [
  { view: 'overview', title: 'Overview', scope: 'admin-ui' },
  { view: 'users', title: 'Users', scope: 'list:users' },
  { view: 'signups', title: 'Sign-ups', scope: 'admin:users' },
  { view: 'servers', title: 'Servers', scope: 'list:users' },
  { view: 'groups', title: 'Groups', scope: 'list:groups' },
  { view: 'services', title: 'Services', scope: 'list:services' },
  { view: 'audit', title: 'Audit', scope: 'read:audit' },
  { view: 'info', title: 'Info', scope: 'read:hub' },
] as const;

export type Section = (typeof SECTIONS)[number]['view'];

/** What an address of the admin area shows. */
export type Route =
  | { view: Section }
  | { view: 'user'; user: string }
  /** '' is the name of a default server. */
  | { view: 'server'; user: string; server: string }
  | { view: 'group'; group: string }
  | { view: 'service'; service: string }
  | { view: 'unknown' };

/** The section of the navigation that a view belongs to. */
export const sectionOf = ({ view }: Route): Section | undefined => SECTIONS.find((section) => section.view.startsWith(view))?.view;

/**
 * Reads a path.
 * @param base path of the admin area, without a slash at the end
 * @param fallback what the area shows first
 */
export function routeOf(path: string, base: string, fallback: Section): Route {
  const [section, ...names] = path.slice(base.length).split('/').filter(Boolean).map(decoded);
  const [first, second = ''] = names;
  if (section === undefined) return { view: fallback };
  if (names.length > (section === 'servers' ? 2 : 1)) return { view: 'unknown' };
  if (first === undefined) return { view: SECTIONS.find(({ view }) => view === section)?.view ?? 'unknown' } as Route;
  if (section === 'users') return { view: 'user', user: first };
  if (section === 'servers') return { view: 'server', user: first, server: second };
  if (section === 'groups') return { view: 'group', group: first };
  if (section === 'services') return { view: 'service', service: first };
  return { view: 'unknown' };
}

/** The path of a view below the admin area, beginning with a slash. */
export function pathOf(route: Route): string {
  switch (route.view) {
    case 'user':
      return `/users/${quoteName(route.user)}`;
    case 'server':
      return `/servers/${quoteName(route.user)}${route.server && `/${quoteName(route.server)}`}`;
    case 'group':
      return `/groups/${quoteName(route.group)}`;
    case 'service':
      return `/services/${quoteName(route.service)}`;
    case 'unknown':
      return '';
    case 'overview':
    case 'audit':
    case 'info':
    case 'users':
    case 'signups':
    case 'servers':
    case 'groups':
    case 'services':
      return `/${route.view}`;
  }
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    // not made by us: shown as it stands
    return segment;
  }
}
