import { expect, test } from 'vitest';
import type { ParsedScopes } from '#scopes';
import type { NewsItem } from '../news/news.js';
import { Audience } from './audience.js';
import { Listener } from './listener.js';
import { subjectOf } from './readable.js';

type Filters = Record<string, Record<string, string[]> | 'all'>;

const scopes = (filters: Filters): ParsedScopes =>
  new Map(Object.entries(filters).map(([scope, kinds]) => [scope, kinds === 'all' ? kinds : new Map(Object.entries(kinds).map(([kind, names]) => [kind, new Set(names)]))])) as ParsedScopes;

const READERS: Record<string, Filters> = {
  operator: { 'read:servers': 'all', 'list:users': 'all', 'list:groups': 'all', 'read:services': 'all' },
  ada: { 'read:servers': { user: ['ada'] } },
  guest: { 'read:servers': { user: ['bob'], server: ['ada/lab'] } },
  teacher: { 'read:servers': { group: ['class'] }, 'list:groups': { group: ['class'] } },
  keeper: { 'read:services': { service: ['board'] } },
  registrar: { 'admin:users': { user: ['ada'] } },
  stranger: { 'read:users:name': { user: ['ada'] } },
};

const server = (user: string, name: string): NewsItem => ({ kind: 'server', change: 'changed', user, server: name });

test.each<[NewsItem, string[]]>([
  [server('ada', 'lab'), ['ada', 'guest', 'operator', 'teacher']],
  [server('ada', ''), ['ada', 'operator', 'teacher']],
  [server('bob', 'x'), ['guest', 'operator', 'teacher']],
  [{ kind: 'user', change: 'removed', user: 'ada' }, ['operator']],
  [{ kind: 'account', change: 'changed', user: 'ada' }, ['registrar']],
  [{ kind: 'group', change: 'changed', group: 'class' }, ['operator', 'teacher']],
  [{ kind: 'service', change: 'changed', service: 'board' }, ['keeper', 'operator']],
])('%j may concern %j', (item, expected) => {
  const audience = new Audience();
  const names = new Map<Listener, string>();
  const leaves = Object.entries(READERS).map(([name, filters]) => {
    const listener = new Listener();
    names.set(listener, name);
    return audience.add(listener, scopes(filters));
  });
  expect([...audience.concerned(subjectOf(item))].map((listener) => names.get(listener)).sort()).toEqual(expected);
  for (const leave of leaves) leave();
  expect([...audience.concerned(subjectOf(item))]).toEqual([]);
});
