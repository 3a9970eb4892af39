import { describe, expect, test } from 'vitest';
import { diagnose, type Evidence } from './diagnosis.js';

const nothing: Evidence = { lines: [], ports: [], outOfMemory: false, refused: false, port: 4000, seconds: 30 };
const ended = (status: number, ...lines: string[]): Partial<Evidence> => ({ status, lines });

describe('why a server did not come up', () => {
  test.each<[what: string, evidence: Partial<Evidence>, code: string, message: RegExp]>([
    ['it ended', ended(3, 'cannot import kernel'), 'exited-early', /ended with status 3 before/],
    ['it was killed, nobody knows why', ended(-9), 'exited-early', /ended by signal 9/],
    ['it was killed, and the kernel tells why', { ...ended(-9), outOfMemory: true }, 'out-of-memory', /no memory left/],
    ['Python had no memory', ended(1, 'Traceback', 'MemoryError'), 'out-of-memory', /no memory/],
    ['Node had no memory', ended(-6, 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'), 'out-of-memory', /no memory/],
    ['the disk is full', ended(1, "OSError: [Errno 28] No space left on device: '/home/ann/x'"), 'disk-full', /disk is full/],
    ['the disk is full, and it hangs', { lines: ['Error: ENOSPC: no space left on device, write'] }, 'disk-full', /disk is full/],
    ['the quota is used up', ended(1, 'cp: Disk quota exceeded'), 'disk-full', /disk is full/],
    ['its token is wrong: it says so', ended(1, 'HTTP 403: Forbidden'), 'wrong-token', /does not have the token/],
    ['its token is wrong: the hub says so', { refused: true }, 'wrong-token', /does not have the token/],
    ['its token is wrong, and it ended', { ...ended(1), refused: true }, 'wrong-token', /does not have the token/],
    ['it does not know an option', ended(2, 'usage: server', 'server: error: unrecognized arguments: --lab'), 'options', /does not know an option/],
    ['Node does not know an option', ended(9, '/usr/bin/node: bad option: --lab'), 'options', /does not know an option/],
    ['a shell does not find its command', ended(127, 'sh: 1: jupyter: not found'), 'command-missing', /cannot be run/],
    ['it listens elsewhere', { ports: [4001, 4002] }, 'wrong-port', /listens on port 4001 instead of 4000/],
    ['it listens where it should, and elsewhere', { ports: [4000, 4001] }, 'never-answered', /did not answer within 30 seconds/],
    ['it does not listen', { lines: ['waiting for Godot'] }, 'never-answered', /did not answer within 30 seconds/],
  ])('%s', (_what, evidence, code, message) => {
    const diagnosis = diagnose({ ...nothing, ...evidence });
    expect(diagnosis).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(diagnosis.hint).not.toBe('');
  });
});

test('the operator is told what shows it', () => {
  expect(diagnose({ ...nothing, ...ended(1, 'No space left on device', 'bye') }).shownBy).toBe('it wrote: No space left on device');
  expect(diagnose({ ...nothing, ports: [4001] }).shownBy).toBe('it listens on port 4001, and was told 4000');
  expect(diagnose(nothing).shownBy).toBe('');
});

test('what somebody calls a forbidden thing is no wrong token', () => {
  expect(diagnose({ ...nothing, ...ended(1, 'the fruit is forbidden', 'port 4030 is taken') }).code).toBe('exited-early');
});
