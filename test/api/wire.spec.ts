import type { Server } from 'node:http';
import { gzipSync } from 'node:zlib';
import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ADMIN_TOKEN, TestApp } from '../support/app.js';

let app: TestApp;
let server: Server;
beforeAll(async () => {
  app = await TestApp.create({ Elara: { max_body_bytes: 2048 } });
  await app.hub.app.getHttpAdapter().getInstance().ready();
  server = app.hub.app.getHttpServer() as Server;
});
afterAll(() => app.close());

const admin = { Authorization: `token ${ADMIN_TOKEN}` };

describe('over a real socket', () => {
  test('every answer carries the version of the API and a content policy', async () => {
    for (const path of ['/hub/api/', '/hub/api/nope', '/hub/login', '/hub/nope']) {
      const { headers } = await supertest(server).get(path);
      expect([path, headers['x-jupyterhub-version']]).toEqual([path, '6.0.0']);
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    }
  });

  test('an idle connection is promised for less than the 5 s after which the proxy closes it', async () => {
    const { headers } = await supertest(server).get('/hub/api/').set('Connection', 'keep-alive').expect(200);
    expect(headers['keep-alive']).toBe('timeout=4');
  });

  test('methods that a path does not know are 405, OPTIONS are 200, unknown paths are 404', async () => {
    await supertest(server).head('/hub/api/users').expect(405);
    await supertest(server).put('/hub/api/users').set(admin).expect(405, { status: 405, message: 'Method Not Allowed' });
    await supertest(server).options('/hub/api/users/anybody/server').expect(200, '');
    await supertest(server).options('/hub/api/nope').expect(404);
    await supertest(server).get('/hub/api/users/').set(admin).expect(404);
  });

  test('a body that is too large, encoded, or no JSON is refused with a JSON message, and the hub goes on', async () => {
    const post = () => supertest(server).post('/hub/api/users').set(admin).set('Content-Type', 'application/json');
    const tooLarge = await post().send(JSON.stringify({ usernames: ['x'.repeat(5000)] }));
    expect([tooLarge.status, tooLarge.body]).toEqual([413, { status: 413, message: expect.stringMatching(/larger/) }]);
    const encoded = await post().set('Content-Encoding', 'gzip').send(gzipSync('{"usernames": ["zip"]}'));
    expect([encoded.status, encoded.body.message]).toEqual([415, expect.stringContaining('gzip')]);
    await post().send('{"usernames": ').expect(400, { status: 400, message: 'Invalid JSON in body of request' });
    await post().send('{"usernames": ["wire"]}').expect(201);
  });

  test('a page for strangers is the way to the login', async () => {
    await supertest(server).get('/hub/home?x=1').expect(302).expect('Location', '/hub/login?next=%2Fhub%2Fhome%3Fx%3D1');
  });
});
