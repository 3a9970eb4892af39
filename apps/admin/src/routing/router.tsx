import { type ComponentProps, type MouseEvent, useSyncExternalStore } from 'react';
import { maySee, pageData } from '../hub/hub.js';
import { pathOf, type Route, routeOf, SECTIONS, type Section } from './routes.js';

const BASE = `${pageData.baseUrl}admin`;
const MOVED = 'admin:moved';

/** What `/hub/admin` itself shows: the first section that the person may see. */
const FIRST: Section = SECTIONS.find(maySee)?.view ?? 'overview';

const addressOf = (route: Route, search = '') => `${BASE}${pathOf(route)}${search && `?${search}`}`;

function go(address: string, method: 'pushState' | 'replaceState'): void {
  history[method](null, '', address);
  dispatchEvent(new Event(MOVED));
}

/** Leads on to another view. */
export const navigate = (route: Route): void => go(addressOf(route), 'pushState');

/** Writes what the view is asked for into its address, so that it can be kept and sent. */
export const replaceSearch = (search: URLSearchParams): void => go(`${location.pathname}${search.size > 0 ? `?${search}` : ''}`, 'replaceState');

function subscribe(changed: () => void): () => void {
  const events = ['popstate', MOVED];
  for (const event of events) addEventListener(event, changed);
  return () => events.forEach((event) => removeEventListener(event, changed));
}

export function useRoute(): Route {
  const path = useSyncExternalStore(subscribe, () => location.pathname);
  return routeOf(path, BASE, FIRST);
}

export function useSearch(): URLSearchParams {
  return new URLSearchParams(useSyncExternalStore(subscribe, () => location.search));
}

const isPlainClick = ({ button, metaKey, ctrlKey, shiftKey, altKey }: MouseEvent) => button === 0 && !metaKey && !ctrlKey && !shiftKey && !altKey;

/** A link to another view, which needs no new page. */
export function Link({ to, search, ...rest }: Omit<ComponentProps<'a'>, 'href'> & { to: Route; search?: string }) {
  const address = addressOf(to, search);
  const follow = (event: MouseEvent) => {
    if (!isPlainClick(event)) return;
    event.preventDefault();
    go(address, 'pushState');
  };
  return <a href={address} onClick={follow} {...rest} />;
}
