import { expect, test } from 'vitest';
import { mysqlSession } from './mysql-session.js';

test.each([
  ['10.11.19-MariaDB-0+deb12u1', 'utf8mb4_nopad_bin', false],
  ['11.4.2-MariaDB', 'utf8mb4_nopad_bin', false],
  ['8.0.36', 'utf8mb4_0900_bin', true],
  ['9.1.0-commercial', 'utf8mb4_0900_bin', true],
])('%s compares by %s', (version, collation, truncates) => {
  const session = mysqlSession(version);
  expect(session.collation).toBe(collation);
  expect(session.sqlMode.includes('TIME_TRUNCATE_FRACTIONAL')).toBe(truncates);
  expect(session.sqlMode).not.toContain('NO_BACKSLASH_ESCAPES');
});

test.each([
  ['10.5.29-MariaDB', 'MariaDB 10.6'],
  ['8.0.11', 'MySQL 8.0.17'],
  ['5.7.44-log', 'MySQL 8.0.17'],
  ['nonsense', 'MySQL 8.0.17'],
])('%s is too old', (version, oldest) => expect(() => mysqlSession(version)).toThrow(`${oldest} is the oldest that will do`));
