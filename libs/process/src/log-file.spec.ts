import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { logPath } from './log-file.js';

describe('the path of a log', () => {
  test.each(['..', '.', '../x', 'a/b', 'a\0b', 'x'.repeat(300), 'ä'.repeat(300), '\ud800', 'plain'])('of %j is one file name', (name) => {
    const path = logPath('/logs', name);
    expect(path).toBe(join('/logs', basename(path)));
    expect(Buffer.byteLength(basename(path))).toBeLessThan(240);
    expect(basename(path)).not.toMatch(/^\./);
  });

  test('differs for different long names', () => {
    expect(logPath('/', `${'x'.repeat(300)}1`)).not.toBe(logPath('/', `${'x'.repeat(300)}2`));
  });
});
