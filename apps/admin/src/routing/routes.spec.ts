import { describe, expect, it } from 'vitest';
import { pathOf, type Route, routeOf, sectionOf } from './routes.js';

const read = (path: string) => routeOf(path, '/hub/admin', 'users');

const SHOWN: [path: string, route: Route][] = [
  ['/users', { view: 'users' }],
  ['/users/ada', { view: 'user', user: 'ada' }],
  ['/users/a%20b%2Fc@x', { view: 'user', user: 'a b/c@x' }],
  ['/signups', { view: 'signups' }],
  ['/servers', { view: 'servers' }],
  ['/servers/ada', { view: 'server', user: 'ada', server: '' }],
  ['/servers/ada/lab', { view: 'server', user: 'ada', server: 'lab' }],
  ['/groups/staff', { view: 'group', group: 'staff' }],
  ['/services/cull-idle', { view: 'service', service: 'cull-idle' }],
];

describe('routes', () => {
  it.each(SHOWN)('%s is an address and back', (path, route) => {
    expect(read(`/hub/admin${path}`)).toEqual(route);
    expect(pathOf(route)).toBe(path);
  });

  it.each(['/hub/admin', '/hub/admin/'])('%s shows the first section', (path) => {
    expect(read(path)).toEqual({ view: 'users' });
  });

  it.each(['/hub/admin/nothing', '/hub/admin/nothing/x', '/hub/admin/users/a/b', '/hub/admin/servers/a/b/c', '/hub/admin/user'])('%s shows nothing', (path) => {
    expect(read(path)).toEqual({ view: 'unknown' });
  });

  it('shows what is no valid encoding as it stands', () => {
    expect(read('/hub/admin/users/%E0%A4%A')).toEqual({ view: 'user', user: '%E0%A4%A' });
  });

  it('knows the section of each view', () => {
    expect([sectionOf({ view: 'user', user: 'a' }), sectionOf({ view: 'server', user: 'a', server: '' }), sectionOf({ view: 'services' }), sectionOf({ view: 'unknown' })]).toEqual(['users', 'servers', 'services', undefined]);
  });
});
