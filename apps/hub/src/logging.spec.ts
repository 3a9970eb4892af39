import { expect, test, vi } from 'vitest';
import { HubLogger, visible } from './logging.js';

test.each([
  ['Ünïcødé and 💥\tstay', 'Ünïcødé and 💥\tstay'],
  ['\x1b[31mred\x07\r', '\\u001b[31mred\\u0007\\u000d'],
  ['a\u202eb\u2028c\x85', 'a\\u202eb\\u2028c\\u0085'],
  ['x\n[I 2026-01-31 12:00:00.000 login] User logged in: root', 'x\n    [I 2026-01-31 12:00:00.000 login] User logged in: root'],
])('%j is written as %j', (text, written) => {
  expect(visible(text)).toBe(written);
});

test('every entry begins with its level, and what belongs to it is set in', () => {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  new HubLogger('INFO').error('one\ntwo', 'Error: three\n[I forged]\n    at four', 'hub');
  const written = write.mock.calls.map(([text]) => String(text)).join('');
  write.mockRestore();
  expect(written).toMatch(/^\[E [\d :.-]+ hub\] one\n    two\n    Error: three\n    \[I forged\]\n        at four\n$/);
});
