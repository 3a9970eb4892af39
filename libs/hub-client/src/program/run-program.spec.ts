import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { UsageError } from './command-line.js';
import { requireVariable, runProgram } from './run-program.js';
import { aborted } from './web-server.js';

let said: string;

beforeEach(() => {
  said = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((said += String(text)), true));
});

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

describe('runProgram', () => {
  it.each<[unknown, string, number]>([
    [new UsageError('unknown flag --x'), 'prog: unknown flag --x\n', 2],
    [new Error('cannot listen'), 'prog: cannot listen\n', 1],
  ])('says what went wrong in one line: %s', async (error, text, status) => {
    await runProgram('prog', () => Promise.reject(error as Error));
    expect([said, process.exitCode]).toEqual([text, status]);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('ends cleanly on %s, and takes its handlers with it', async (signal) => {
    const before = process.listenerCount(signal);
    const running = runProgram('prog', async (ending) => {
      await aborted(ending);
      throw new Error('broken off');
    });
    process.emit(signal, signal);
    await running;
    expect([said, process.exitCode, process.listenerCount(signal)]).toEqual(['', undefined, before]);
  });

  it('ends at once on the second signal', async () => {
    const exit = vi.spyOn(process, 'exit').mockImplementation((() => undefined) as never);
    await runProgram('prog', async () => {
      process.emit('SIGINT', 'SIGINT');
      process.emit('SIGINT', 'SIGINT');
    });
    expect(exit).toHaveBeenCalledExactlyOnceWith(130);
  });
});

describe('requireVariable', () => {
  it('takes an empty variable for a missing one', () => {
    expect(requireVariable({ A: 'x' }, 'A', 'it is needed')).toBe('x');
    expect(() => requireVariable({ A: '' }, 'A', 'it is needed')).toThrow(new UsageError('A is not set: it is needed'));
  });
});
