import { describe, expect, it } from 'vitest';
import { editDistance, nearest } from './suggest.js';

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['port', 'port', 0],
    ['prot', 'port', 1],
    ['portt', 'port', 1],
    ['pot', 'port', 1],
    ['kitten', 'sitting', 3],
    ['', 'abc', 3],
  ])('from %j to %j is %i', (a, b, distance) => expect(editDistance(a, b)).toBe(distance));
});

describe('nearest', () => {
  it('sees one name in different spellings of it', () =>
    expect(nearest('allowNamedServers', ['allow_named_servers'])).toBe('allow_named_servers'));
  it('prefers the nearer of two', () => expect(nearest('mem_limits', ['cpu_limit', 'mem_limit'])).toBe('mem_limit'));
  it('completes the first or last words of one name', () => {
    expect(nearest('spawner', ['services', 'spawner_class'])).toBe('spawner_class');
    expect(nearest('groups', ['load_groups', 'load_roles'])).toBe('load_groups');
    expect(nearest('timeout', ['start_timeout', 'http_timeout'])).toBeUndefined();
  });
  it('keeps to the number of edits that is asked for', () => expect(nearest('prots', ['port'], 1)).toBeUndefined());
  it('has no suggestion for an unrelated word', () => expect(nearest('banana', ['port', 'services'])).toBeUndefined());
});
