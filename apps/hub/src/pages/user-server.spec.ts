import { describe, expect, it } from 'vitest';
import { nextBounce, wantsJson } from './user-server.js';

describe('nextBounce', () => {
  it.each([
    ['/user/amy/lab', '/user/amy/lab?redirects=1', 0],
    ['/user/amy/lab?path=a%20b', '/user/amy/lab?path=a+b&redirects=1', 0],
    ['/user/amy/?redirects=1', '/user/amy/?redirects=2', 2000],
    ['/user/amy/?redirects=3', '/user/amy/?redirects=4', 8000],
    ['/user/amy/?redirects=-5', '/user/amy/?redirects=1', 0],
    ['/user/amy/?redirects=x', '/user/amy/?redirects=1', 0],
  ])('%s', (url, location, waitMs) => expect(nextBounce(url, 4)).toEqual({ location, waitMs }));

  it('ends', () => {
    let url = '/user/amy/lab';
    let rounds = 0;
    for (let bounce = nextBounce(url, 4); bounce; bounce = nextBounce(url, 4)) {
      url = bounce.location;
      rounds += 1;
    }
    expect(rounds).toBe(4);
    expect(nextBounce('/user/amy/?redirects=1e300', 4)?.location).toBe('/user/amy/?redirects=1');
    expect(nextBounce('/user/amy/?redirects=999', 4)).toBeUndefined();
  });
});

describe('wantsJson', () => {
  it.each([
    ['text/html,application/xhtml+xml,*/*;q=0.8', '/hub/user/amy/lab', false],
    ['application/json', '/hub/user/amy/lab', true],
    ['application/json;q=0.5, text/html', '/hub/user/amy/lab', false],
    ['text/html;q=0.5, application/json', '/hub/user/amy/lab', true],
    [undefined, '/hub/user/amy/lab', false],
    ['*/*', '/hub/user/amy/api/kernels?x', true],
    ['*/*', '/hub/user/amy/named/api', true],
    ['*/*', '/hub/user/api/lab?api', false],
  ])('%s %s', (accept, url, json) => expect(wantsJson(accept, url)).toBe(json));
});
