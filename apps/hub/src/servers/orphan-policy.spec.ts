import { describe, expect, test } from 'vitest';
import type { FoundServer } from '../spawners/spawner.js';
import { type OrphanFacts, orphansAmong, orphanVerdict } from './orphan-policy.js';
import type { ServerRecord } from './server-record.js';
import { neverStarted } from './server.model.js';

const identity = { pid: 7, startTime: 1000, bootId: 'boot' };
const found: FoundServer = { user: 'ann', server: '', apiToken: 't', url: '', state: { pid: 7 }, memo: identity };
const record = (over: Partial<ServerRecord> = {}): ServerRecord => ({
  ...neverStarted({ id: 1, name: 'ann' }),
  state: 'ready',
  spawnerState: { pid: 7 },
  memo: identity,
  ...over,
});

describe('a server that was found', () => {
  test.each<[what: string, records: ServerRecord[], isOrphan: boolean]>([
    ['has no row', [], true],
    ['has its row', [record()], false],
    ['has its row, as JupyterHub writes it', [record({ memo: null })], false],
    ['has its row among others', [record({ user: { id: 2, name: 'bob' } }), record()], false],
    ['has the pid of another that started later', [record({ memo: { ...identity, startTime: 2000 } })], true],
    ['has the pid of another of an earlier boot', [record({ memo: { ...identity, bootId: 'before' } })], true],
    ['has a row for another process', [record({ memo: { ...identity, pid: 8 }, spawnerState: { pid: 8 } })], true],
    ['is being started', [record({ state: 'spawn-pending', memo: null, spawnerState: {} })], false],
    ['is being stopped', [record({ state: 'stop-pending', memo: null, spawnerState: {} })], false],
    ['has the row of another server of the same person', [record({ name: 'lab' })], true],
    ['has the row of somebody else', [record({ user: { id: 2, name: 'bob' } })], true],
  ])('%s', (_what, records, isOrphan) => expect(orphansAmong([found], records)).toEqual(isOrphan ? [found] : []));
});

describe('what becomes of an orphan', () => {
  const good: OrphanFacts = { policy: 'adopt', userExists: true, isTaken: false, hasOurToken: true, answers: true };
  test.each<[Partial<OrphanFacts>, string]>([
    [{}, 'adopt'],
    [{ policy: 'report' }, 'report'],
    [{ policy: 'reap' }, 'reap'],
    [{ policy: 'reap', userExists: false, isTaken: true, hasOurToken: false, answers: false }, 'reap'],
    [{ userExists: false }, 'report'],
    [{ isTaken: true }, 'report'],
    [{ hasOurToken: false }, 'report'],
    [{ answers: false }, 'report'],
  ])('%j: %s', (facts, action) => expect(orphanVerdict({ ...good, ...facts })).toEqual({ action, because: expect.stringMatching(/\w/) }));
});
