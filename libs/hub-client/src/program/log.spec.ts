import { expect, it } from 'vitest';
import { createLog } from './log.js';

it('writes one line, whatever is in it', () => {
  const lines: string[] = [];
  createLog('cull-idle', (line) => lines.push(line)).warn('user a\n[E forged]\u001b[31m');
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^\[W \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} cull-idle\] user a\\u000a\[E forged\]\\u001b\[31m\n$/);
});
