import { describe, expect, it } from 'vitest';
import { canStart, canStop, queueInWords, stateOf } from './server-state.js';

const idle = { ready: false, pending: null } as const;
const failure = { code: 'x', message: 'm', hint: '', log: [] };

describe('the state of a server', () => {
  it.each([
    [undefined, 'stopped', true, false],
    [idle, 'stopped', true, false],
    [{ ...idle, elara: { failure } }, 'failed', true, false],
    [{ ready: true, pending: null }, 'ready', false, true],
    [{ ...idle, pending: 'spawn' }, 'spawn', false, true],
    [{ ...idle, pending: 'spawn', elara: { queue: { position: 2, estimated_wait_seconds: null } } }, 'queued', false, true],
    [{ ready: true, pending: 'stop' }, 'stop', false, false],
    [{ ...idle, pending: 'rename' }, 'check', false, false],
  ] as const)('%j is %s', (server, state, startable, stoppable) => {
    expect(stateOf(server as Parameters<typeof stateOf>[0])).toBe(state);
    expect([canStart(state), canStop(state)]).toEqual([startable, stoppable]);
  });

  it('says where it stands in the queue, and for how long if anybody knows', () => {
    expect(queueInWords({ queue: { position: 3, estimated_wait_seconds: 90 } })).toBe('number 3 in the queue, about 1 min 30 s to go');
    expect(queueInWords({ queue: { position: 1, estimated_wait_seconds: null } })).toBe('number 1 in the queue');
    expect(queueInWords({})).toBe('');
  });
});
