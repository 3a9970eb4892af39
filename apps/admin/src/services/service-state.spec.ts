import type { Service, ServiceRun } from '#hub-client/client';
import { describe, expect, it } from 'vitest';
import { commandsFor, exitInWords, inOrder } from './service-state.js';

const run = (state: ServiceRun['state'], more: Partial<ServiceRun> = {}) => ({ state, health: { status: 'unknown' }, ...more }) as ServiceRun;
const SCHEDULE = { schedule: { cron: '0 3 * * *', timezone: null, missed: 'skip', last_run: null } } as const;

describe('services', () => {
  it.each([
    [undefined, []],
    [run('running'), ['restart', 'stop']],
    [run('starting'), ['restart', 'stop']],
    [run('backoff'), ['restart', 'stop']],
    [run('stopping'), []],
    [run('stopped'), ['start']],
    [run('failed'), ['start']],
    [run('stopped', SCHEDULE), ['run']],
    [run('failed', SCHEDULE), ['run']],
    [run('running', SCHEDULE), ['stop']],
  ] as const)('%j can be asked for %j', (service, commands) => {
    expect(commandsFor(service)).toEqual(commands);
  });

  it.each([
    [null, ''],
    [{ code: 0, signal: null, error: null }, 'status 0'],
    [{ code: null, signal: 'SIGKILL', error: null }, 'ended by SIGKILL'],
    [{ code: null, signal: 'SIGKILL', error: 'out of memory' }, 'out of memory'],
  ])('ended as %j: %s', (exit, words) => {
    expect(exitInWords(exit)).toBe(words);
  });

  it('stand with those first that need somebody', () => {
    const service = (name: string, elara?: ServiceRun): Service => ({ kind: 'service', name, ...(elara && { elara }) });
    const unwell = run('running', { health: { status: 'unhealthy', readiness: null, liveness: null } });
    const all = [service('b'), service('a', run('running')), service('d', run('failed')), service('e', run('backoff')), service('c', unwell)];
    expect(inOrder(Object.fromEntries(all.map((one) => [one.name, one]))).map(({ name }) => name)).toEqual(['c', 'd', 'e', 'a', 'b']);
  });
});
