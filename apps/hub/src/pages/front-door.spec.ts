import { describe, expect, it } from 'vitest';
import { defaultConfig } from '../config/schema.js';
import { hubUrls } from '../config/urls.js';
import { frontDoor } from './front-door.js';

const config = defaultConfig();
const urls = hubUrls(config);
config.JupyterHub.base_url = '/team/';
config.JupyterHub.public_url = 'https://hub.example.test/team/';
const prefixed = hubUrls(config);

describe('frontDoor', () => {
  it.each([
    ['/', 302, '/hub/'],
    ['/hub', 301, '/hub/'],
    ['/hub?x=1', 301, '/hub/?x=1'],
    ['/user/amy/lab/tree?a=b?c', 302, '/hub/user/amy/lab/tree?a=b?c'],
    ['/user/amy', 301, '/user/amy/'],
    ['/services/board?x', 301, '/services/board/?x'],
    ['//evil.test/x', 302, '/hub/evil.test/x'],
    ['/favicon.ico', 302, '/hub/favicon.ico'],
  ])('%s', (url, status, location) => expect(frontDoor(url, urls)).toEqual({ status, location }));

  it('names the public address when there is one', () => {
    expect(frontDoor('/user/amy/x', prefixed)).toEqual({ status: 302, location: 'https://hub.example.test/team/hub/user/amy/x' });
  });

  it.each(['/hub/', '/hub/nope', '/outside-of-base-url/hub/api'])('leaves %s alone', (url) => expect(frontDoor(url, urls)).toBeUndefined());
});
