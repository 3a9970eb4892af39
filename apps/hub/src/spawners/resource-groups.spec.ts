import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ControlGroup, type ControlGroups, ProcessError, type ResourceLimits } from '#process';
import { ResourceGroups } from './resource-groups.js';

let lines: string[];
beforeEach(() => {
  lines = [];
  Logger.overrideLogger({ log: () => undefined, error: () => undefined, warn: (message: unknown) => lines.push(String(message)) });
});
afterEach(() => Logger.overrideLogger(false));

test('what has no limits gets no group, and nobody looks for one', async () => {
  const groups = new ResourceGroups(() => Promise.reject(new Error('looked')));
  expect(await groups.groupFor('a', {})).toBeUndefined();
});

test('a machine that can, keeps them', async () => {
  const made = { make: (name: string, limits: ResourceLimits) => Promise.resolve({ folder: `${name} ${limits.cpus}` } as ControlGroup) };
  const groups = new ResourceGroups(() => Promise.resolve(made as ControlGroups));
  expect(await groups.groupFor('a', { cpus: 2 })).toEqual({ folder: 'a 2' });
});

test('where they cannot be kept, it is said once, and whatever wanted them runs without', async () => {
  const groups = new ResourceGroups(() => Promise.reject(new ProcessError('no-limits', 'cannot limit: because')));
  for (const name of ['a', 'b']) expect(await groups.groupFor(name, { memoryBytes: 1 })).toBeUndefined();
  expect(lines).toEqual(['cannot limit: because; a runs without (docs/how-to/limits.md)']);
});
