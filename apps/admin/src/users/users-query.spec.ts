import { describe, expect, it } from 'vitest';
import { requestOf, searchOf, usersQueryOf } from './users-query.js';

const read = (search: string) => usersQueryOf(new URLSearchParams(search));

describe('the query of the users', () => {
  it('begins with everybody, by name', () => {
    expect(read('')).toEqual({ search: '', state: '', sort: 'name', offset: 0 });
    expect(searchOf(read('')).toString()).toBe('');
  });

  it.each(['q=ada+b%25&state=ready&sort=-last_activity&offset=150', 'state=inactive', 'sort=id'])('%s is the same after it was read', (search) => {
    expect(searchOf(read(search)).toString()).toBe(search);
  });

  it.each(['state=gone', 'sort=password', 'sort=--name', 'offset=-50', 'offset=1.5', 'offset=1e400', 'offset=x'])('leaves out what makes no sense: %s', (search) => {
    expect(read(search)).toEqual(read(''));
  });

  it('asks the hub for one page, with servers that do not run', () => {
    expect(requestOf(read(''), 50)).toEqual({ sort: 'name', offset: 0, limit: 50, include_stopped_servers: true });
    expect(requestOf(read('q=ad&state=active&offset=100'), 50)).toMatchObject({ name_filter: 'ad', state: 'active', offset: 100 });
  });
});
