import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { HubClient } from './hub-client.js';

let server: Server | undefined;
const asked: string[] = [];

async function hubThat(answers: RequestListener): Promise<HubClient> {
  server = createServer((req, res) => {
    asked.push(`${req.method} ${req.url}`);
    answers(req, res);
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return new HubClient({ apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hub/api`, token: 'secret' });
}

afterEach(() => {
  asked.length = 0;
  server?.closeAllConnections();
  server?.close();
});

describe('SharesClient', () => {
  it('names the default server by an empty last segment, and quotes names', async () => {
    const { shares } = await hubThat((_req, res) => res.end('{}'));
    await shares.grant('a/b', '', { user: 'bo' });
    await shares.getWithUser('bo', 'a/b', '');
    await shares.leaveAsGroup('g h', 'ana', 'lab');
    await shares.deleteCodes('ana', 'lab', { id: 'sc_1' });
    await shares.deleteCodes('ana', '');
    expect(asked).toEqual([
      'POST /hub/api/shares/a%2Fb/',
      'GET /hub/api/users/bo/shared/a%2Fb/',
      'DELETE /hub/api/groups/g%20h/shared/ana/lab',
      'DELETE /hub/api/share-codes/ana/lab?id=sc_1',
      'DELETE /hub/api/share-codes/ana/',
    ]);
  });

  it.each([
    ['{}', undefined],
    ['{"server":{"name":"lab"}}', { server: { name: 'lab' } }],
  ])('tells what is left of a share: %s', async (answer, left) => {
    const { shares } = await hubThat((_req, res) => res.end(answer));
    expect(await shares.revoke('ana', 'lab', { user: 'bo' })).toEqual(left);
  });

  it('walks lists of one owner or of one server page by page', async () => {
    const { shares } = await hubThat((req, res) => {
      const next = req.url!.includes('offset') ? null : { url: `http://${req.headers.host}${req.url}&offset=1` };
      res.end(JSON.stringify({ items: [{ id: 'sc_1' }], _pagination: { next } }));
    });
    for (const list of [shares.codes('ana', undefined, { limit: 1 }), shares.codes('ana', '', { limit: 1 })]) {
      let count = 0;
      for await (const code of list) count += code.id === 'sc_1' ? 1 : 0;
      expect(count).toBe(2);
    }
    expect(asked[0]).toBe('GET /hub/api/share-codes/ana?limit=1');
    expect(asked[2]).toBe('GET /hub/api/share-codes/ana/?limit=1');
  });
});

describe('OperationsClient', () => {
  it('reads text as text, also when it is empty', async () => {
    const { operations } = await hubThat((req, res) => res.end(req.url === '/hub/api/metrics' ? '# TYPE a counter\na 1\n' : ''));
    expect([await operations.metrics(), await operations.health()]).toEqual(['# TYPE a counter\na 1\n', undefined]);
  });

  it('asks why', async () => {
    const { operations } = await hubThat((_req, res) => res.end('{"allowed":false}'));
    expect(await operations.explain({ user: 'ana' }, 'read:users', 'user:bo')).toEqual({ allowed: false });
    await operations.explain({ token: 'a1' }, 'read:users');
    expect(asked).toEqual(['GET /hub/api/explain?user=ana&scope=read%3Ausers&on=user%3Abo', 'GET /hub/api/explain?token=a1&scope=read%3Ausers']);
  });
});
