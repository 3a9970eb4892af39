import { describe, expect, test } from 'vitest';
import type { ProcessState } from '#process';
import { isComing, obstaclesOf, orderProblems, type Standing, type Standings } from './service-order.js';
import { readServiceSpec } from './service-spec.js';

type Order = Pick<Standing, 'after' | 'requires'>;
const standings = (...all: [name: string, state: ProcessState | 'due', order?: Partial<Order>][]): Standings =>
  new Map(
    all.map(([name, state, { after = [], requires = [] } = {}]) => [
      name,
      { name, state: state === 'due' ? 'stopped' : state, isDue: state === 'due', after, requires },
    ]),
  );
const waits = (order: Partial<Order>, all: Standings) => obstaclesOf({ after: [], requires: [], ...order }, all);

test.each([
  ['stopped', ['db'], []],
  ['due', ['db'], ['db']],
  ['starting', ['db'], ['db']],
  ['running', [], []],
  ['backoff', ['db'], []],
  ['failed', ['db'], []],
  ['stopping', ['db'], []],
] as const)('one that is %s keeps those that require it waiting for %j, those that come after it for %j', (state, requiring, following) => {
  const all = standings(['db', state]);
  expect(waits({ requires: ['db'] }, all)).toEqual(requiring);
  expect(waits({ after: ['db'] }, all)).toEqual(following);
});

test('one that waits is on its way as long as all it waits for are', () => {
  const middle = { requires: ['db'] };
  expect(isComing('middle', standings(['db', 'starting'], ['middle', 'due', middle]))).toBe(true);
  expect(isComing('middle', standings(['db', 'running'], ['middle', 'due', middle]))).toBe(true);
  expect(isComing('middle', standings(['db', 'failed'], ['middle', 'due', middle]))).toBe(false);
  expect(isComing('middle', standings(['root', 'backoff'], ['db', 'due', { requires: ['root'] }], ['middle', 'due', middle]))).toBe(false);
  expect(isComing('nobody', standings())).toBe(false);
});

test('what comes after one that can never start is not held up by it', () => {
  const all = standings(['db', 'failed'], ['app', 'due', { requires: ['db'] }]);
  expect(waits({ after: ['app'] }, all)).toEqual([]);
  expect(waits({ requires: ['app'] }, all)).toEqual(['app']);
});

test('a name in both lists is told once, one that is gone keeps waiting only those that require it', () => {
  expect(waits({ after: ['db'], requires: ['db'] }, standings(['db', 'starting']))).toEqual(['db']);
  expect(waits({ after: ['gone'], requires: ['gone'] }, standings())).toEqual(['gone']);
});

describe('refused, naming the services:', () => {
  const spec = (name: string, more: object = {}) => readServiceSpec({ name, command: ['x'], ...more });
  const problems = (...specs: ReturnType<typeof spec>[]) => orderProblems(specs).map(({ index, key, message }) => `${index} ${key} ${message}`);

  test('names that nothing can wait for', () => {
    expect(problems(spec('database'), spec('app', { requires: ['databse'], after: ['zzzzzz'] }))).toEqual([
      '1 after service app: after: there is no service zzzzzz',
      '1 requires service app: requires: there is no service databse; did you mean database?',
    ]);
    expect(problems(readServiceSpec({ name: 'known' }), spec('app', { after: ['known'] }))).toEqual([
      '1 after service app: after: the hub does not run the service known, so nothing can wait for it',
    ]);
  });

  test('those that have a schedule', () => {
    expect(problems(spec('app', { after: ['nightly'] }), spec('nightly', { schedule: '0 3 * * *' }))).toEqual([
      '0 after service app: after: the service nightly has a schedule, so nothing can wait for it',
    ]);
  });

  test('circles, each once', () => {
    expect(problems(spec('a', { after: ['a'] }))).toEqual(['0 after service a: after: each of a → a waits for the next, so none could start']);
    const circle = problems(spec('x', { after: ['a'] }), spec('a', { after: ['b'] }), spec('b', { requires: ['c'] }), spec('c', { after: ['a'] }), spec('y', { after: ['c'] }));
    expect(circle).toEqual(['1 after service a: after: each of a → b → c → a waits for the next, so none could start']);
  });

  test('not a diamond', () => {
    expect(problems(spec('d', { after: ['b', 'c'] }), spec('b', { requires: ['a'] }), spec('c', { after: ['a'] }), spec('a'))).toEqual([]);
  });
});
