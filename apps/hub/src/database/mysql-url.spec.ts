import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mysqlConnection } from './mysql-url.js';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'elara-my-'));
  for (const name of ['ca', 'cert', 'key']) writeFileSync(path.join(dir, name), `the ${name}`);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test('user, password, host, port and name are taken from the URL', () => {
  expect(mysqlConnection('mysql://hub:p%40ss@db.example:3307/jupyter%20hub?charset=utf8mb4')).toEqual({
    host: 'db.example',
    port: 3307,
    user: 'hub',
    password: 'p@ss',
    database: 'jupyter hub',
  });
  expect(mysqlConnection('mysql://hub@127.0.0.1/hub')).toMatchObject({ host: '127.0.0.1', port: 3306, password: '' });
});

test('a socket takes the place of host and port', () => {
  expect(mysqlConnection('mysql://hub:pw@localhost/hub?unix_socket=/run/mysqld/mysqld.sock')).toEqual({
    socketPath: '/run/mysqld/mysqld.sock',
    user: 'hub',
    password: 'pw',
    database: 'hub',
  });
});

test('who names an authority wants the server to prove itself, unless they say otherwise', () => {
  const ssl = (query: string) => mysqlConnection(`mysql://hub@db/hub?${query.replaceAll('DIR', dir)}`).ssl;
  expect(ssl('ssl_ca=DIR/ca')).toEqual({ ca: 'the ca', rejectUnauthorized: true });
  expect(ssl('ssl_ca=DIR/ca&ssl_verify_cert=false')).toMatchObject({ rejectUnauthorized: false });
  expect(ssl('ssl_cert=DIR/cert&ssl_key=DIR/key')).toEqual({ cert: 'the cert', key: 'the key', rejectUnauthorized: false });
  expect(ssl('charset=utf8')).toBeUndefined();
  expect(() => ssl('ssl_ca=DIR/missing')).toThrow('ENOENT');
});
