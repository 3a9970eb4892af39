import { expect, test } from 'vitest';
import { canonicalUrl } from './canonical-url.js';

test.each([
  ['/hub/', '/', '/hub/front-door'],
  ['/hub', '/', '/hub'],
  ['/hub/api/', '/', '/hub/api'],
  ['/hub/api/users/', '/', '/hub/api/users/'],
  ['/hub/api/users/a/servers/', '/', '/hub/api/users/a/server'],
  ['/hub/api/users/a/servers//progress?x=1', '/', '/hub/api/users/a/server/progress?x=1'],
  ['/hub/api/shares/a/?limit=2', '/', '/hub/api/shares/a/server/default?limit=2'],
  ['/hub/api/share-codes/a/', '/', '/hub/api/share-codes/a/server/default'],
  ['/hub/api/users/b/shared/a/', '/', '/hub/api/users/b/shared/a/server/default'],
  ['/hub/api/groups/g/shared/a/', '/', '/hub/api/groups/g/shared/a/server/default'],
  ['/hub/api/shares/a', '/', '/hub/api/shares/a'],
  ['/hub/api/shares/', '/', '/hub/api/shares/'],
  ['/hub/user/a/', '/', '/hub/user/a'],
  ['/hub/api/users?next=/hub/?', '/', '/hub/api/users?next=/hub/?'],
  ['/team/hub/api/', '/team/', '/hub/api'],
  ['/team', '/team/', '/'],
  ['/team/user/a/', '/team/', '/user/a/'],
  ['/hub/api/', '/team/', '/outside-of-base-url/hub/api/'],
  ['/teamwork/hub/', '/team/', '/outside-of-base-url/teamwork/hub/'],
])('%s below %s is %s', (url, base, canonical) => {
  expect(canonicalUrl(url, base)).toBe(canonical);
});
