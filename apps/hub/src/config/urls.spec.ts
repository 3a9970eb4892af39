import { expect, test } from 'vitest';
import { localApiUrl } from './urls.js';

test.each([
  ['127.0.0.1', '', 'http://name:8081/hub/api'],
  ['0.0.0.0', '', 'http://127.0.0.1:8081/hub/api'],
  ['', '', 'http://127.0.0.1:8081/hub/api'],
  ['0.0.0.0', '10.0.0.1', 'http://name:8081/hub/api'],
])('a hub that listens on %j with hub_connect_ip %j is reached at %s', (hubIp, hub_connect_ip, expected) => {
  const hubUrls = { hubIp, hubPort: 8081, apiPrefix: '/hub/api', apiUrl: 'http://name:8081/hub/api' };
  expect(localApiUrl(hubUrls, { hub_connect_ip, hub_connect_url: '' })).toBe(expected);
});
