import { describe, expect, it } from 'vitest';
import { type BulkEvent, bulkReducer, NOTHING_BULK, runBulk } from './bulk.js';

/** Runs it on `count` names; those in `bad` fail. */
async function run(count: number, bad: string[] = [], act: (name: string) => void = () => undefined, signal = new AbortController().signal) {
  const names = Array.from({ length: count }, (_, index) => `u${index}`);
  const [events, now]: [BulkEvent[], { at: number; most: number }] = [[], { at: 0, most: 0 }];
  const one = async (name: string) => {
    now.most = Math.max(now.most, (now.at += 1));
    act(name);
    await Promise.resolve();
    now.at -= 1;
    if (bad.includes(name)) throw new Error(`${name} is bad`);
  };
  await runBulk(names, one, { concurrency: 3, signal, tell: (event) => events.push(event) });
  return { state: events.reduce(bulkReducer, NOTHING_BULK), most: now.most, names };
}

describe('an action on many', () => {
  it('is done for each, a few at the same time', async () => {
    const { state, most, names } = await run(10);
    expect(most).toBe(3);
    expect([...state.done].sort()).toEqual(names);
    expect(state).toMatchObject({ names, failed: {}, running: false });
  });

  it('goes on when it fails for one, and says why', async () => {
    const { state } = await run(5, ['u1', 'u4']);
    expect(state.failed).toEqual({ u1: 'u1 is bad', u4: 'u4 is bad' });
    expect(state.done).toHaveLength(3);
  });

  it('begins nothing new once it was stopped, and finishes what is under way', async () => {
    const stop = new AbortController();
    const { state } = await run(10, [], (name) => name === 'u2' && stop.abort(), stop.signal);
    expect([...state.done].sort()).toEqual(['u0', 'u1', 'u2']);
    expect(state.running).toBe(false);
  });

  it('ends at once for nobody', async () => {
    expect((await run(0)).state).toEqual({ ...NOTHING_BULK, running: false });
  });
});
