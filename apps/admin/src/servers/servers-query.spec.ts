import { describe, expect, it } from 'vitest';
import { requestOf, searchOf, serversQueryOf } from './servers-query.js';

const read = (search: string) => serversQueryOf(new URLSearchParams(search));

describe('the query of the servers', () => {
  it.each(['', 'q=ada&show=failed&offset=50', 'show=all'])('%s is the same after it was read', (search) => {
    expect(searchOf(read(search)).toString()).toBe(search);
  });

  it.each(['show=gone', 'offset=-1', 'offset=x'])('leaves out what makes no sense: %s', (search) => {
    expect(read(search)).toEqual({ search: '', shown: 'active', offset: 0 });
  });

  it.each([
    ['', { state: 'active', include_stopped_servers: false }],
    ['show=failed', { state: 'failed', include_stopped_servers: true }],
    ['show=all&q=a', { name_filter: 'a', include_stopped_servers: true }],
  ])('asks the hub for users with such servers: %s', (search, request) => {
    expect(requestOf(read(search), 50)).toEqual({ sort: 'name', offset: 0, limit: 50, ...request });
  });
});
