import { describe, expect, it } from 'vitest';
import { Touched } from './changes.js';

const SERVER = { kind: 'server', change: 'changed', user: 'ada', server: '' } as const;

describe('what has changed', () => {
  it('is gathered from many events, and taken once', () => {
    const touched = new Touched();
    for (let count = 0; count < 1000; count += 1) touched.add(SERVER);
    touched.add({ kind: 'service', change: 'removed', service: 'x' });
    const isTouched = touched.take();
    expect([['users', {}], ['user', 'ada', 'tokens'], ['services'], ['groups'], ['overview']].map(isTouched)).toEqual([true, true, true, false, false]);
    expect(touched.take()(['users'])).toBe(false);
  });

  it('does not ask for what is no more', () => {
    const touched = new Touched();
    touched.add({ kind: 'user', change: 'removed', user: 'ada' });
    touched.add({ kind: 'server', change: 'removed', user: 'bob', server: 'lab' });
    const isTouched = touched.take();
    expect([['user', 'ada', 'tokens'], ['user', 'bob', 'server', 'lab'], ['user', 'bob'], ['users', {}]].map(isTouched)).toEqual([false, false, true, true]);
  });

  it('of accounts concerns those alone', () => {
    const touched = new Touched();
    touched.add({ kind: 'account', change: 'removed', user: 'ada' });
    const isTouched = touched.take();
    expect([['accounts', 'pending', 0], ['users', {}], ['user', 'ada']].map(isTouched)).toEqual([true, false, false]);
  });

  it('is everything after a stream began', () => {
    const touched = new Touched();
    touched.add({ kind: 'refresh' });
    expect(touched.take()(['overview'])).toBe(true);
  });
});
