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

test.each([
  ['mysql+pymysql://hub:geheim@db/hub?charset=utf8mb4', 'mysql://hub:geheim@db/hub?charset=utf8mb4'],
  ['mysql://hub:geheim@db/hub', 'mysql://hub:geheim@db/hub'],
  ['mysql+mysqlconnector://hub:geheim@db:3307/hub', 'mysql://hub:geheim@db:3307/hub'],
  ['mariadb+mariadbconnector://hub:geheim@db/hub', 'mysql://hub:geheim@db/hub'],
  ['mysql+pymysql://hub:geheim@/hub?unix_socket=/run/mysqld.sock', 'mysql://hub:geheim@localhost/hub?unix_socket=/run/mysqld.sock'],
])('%s is MySQL or MariaDB', (given, url) => {
  const location = parseDbUrl(given);
  expect(location).toEqual({ kind: 'mysql', url });
  expect(describeLocation(location)).toMatch(/^the database mysql:\/\/(db|localhost)[:\d]*\/hub$/);
});

test('what is no URL is refused without showing it', () => {
  expect(() => parseDbUrl('mysql://hub:ge/heim@db/hub')).toThrow(/JupyterHub\.db_url is no URL; characters such as @/);
  expect(() => parseDbUrl('mysql://hub:ge/heim@db/hub')).not.toThrow(/heim/);
});

test('any other database is refused without showing its password', () => {
  expect(() => parseDbUrl('oracle://hub:geheim@db/hub')).toThrow(StartupError);
  expect(() => parseDbUrl('oracle://hub:geheim@db/hub')).not.toThrow(/geheim/);
});
