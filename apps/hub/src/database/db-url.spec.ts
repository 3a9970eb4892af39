import path from 'node:path';
import { expect, test } from 'vitest';
import { StartupError } from '../errors.js';
import { describeLocation, parseDbUrl } from './db-url.js';

test.each([
  ['sqlite:///jupyterhub.sqlite', path.resolve('jupyterhub.sqlite')],
  ['sqlite:////srv/hub/h.sqlite', '/srv/hub/h.sqlite'],
  ['sqlite://', ':memory:'],
  ['sqlite:///:memory:', ':memory:'],
  ['hub.sqlite', path.resolve('hub.sqlite')],
])('%s is the SQLite file %s', (url, file) => {
  expect(parseDbUrl(url)).toEqual({ kind: 'sqlite', file });
});

test('a PostgreSQL URL loses its driver name, and its password where people read', () => {
  const location = parseDbUrl('postgresql+psycopg2://hub:geheim@db:5432/hub');
  expect(location).toEqual({ kind: 'postgresql', url: 'postgresql://hub:geheim@db:5432/hub' });
  expect(describeLocation(location)).toBe('the database postgresql://db:5432/hub');
});

test('any other database is refused without showing its password', () => {
  expect(() => parseDbUrl('oracle://hub:geheim@db/hub')).toThrow(StartupError);
  expect(() => parseDbUrl('oracle://hub:geheim@db/hub')).not.toThrow(/geheim/);
});
