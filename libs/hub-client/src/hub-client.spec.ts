import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { HubApiError, HubUnreachableError } from './errors.js';
import { HubClient } from './hub-client.js';

let server: Server | undefined;

async function hubThat(answers: RequestListener, timeoutMs = 5_000): Promise<HubClient> {
  server = createServer(answers);
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return new HubClient({ apiUrl: `http://127.0.0.1:${port}/hub/api/`, token: 'secret', timeoutMs });
}

async function bodyOf(req: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of req) text += String(chunk);
  return text;
}

/** Answers with what it was asked. */
async function echo(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const { accept, authorization, 'content-type': type } = req.headers;
  res.end(JSON.stringify({ request: `${req.method} ${req.url}`, body: await bodyOf(req), accept, authorization, type }));
}

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

describe('HubClient', () => {
  it.each<[string, (hub: HubClient) => Promise<unknown>, string]>([
    ['GET /hub/api/', (hub) => hub.version(), ''],
    ['GET /hub/api/users/a%2Fb%20%C3%A9@x', (hub) => hub.getUser('a/b é@x'), ''],
    ['GET /hub/api/users/ana?include_stopped_servers=true', (hub) => hub.getUser('ana', { include_stopped_servers: true }), ''],
    ['POST /hub/api/users', (hub) => hub.createUsers(['ana', 'bo'], { admin: true }), '{"usernames":["ana","bo"],"admin":true}'],
    ['PATCH /hub/api/users/ana', (hub) => hub.modifyUser('ana', { admin: false }), '{"admin":false}'],
    [
      'POST /hub/api/users/ana/tokens',
      (hub) => hub.createToken('ana', { note: 'n', expires_in: 60 }),
      '{"note":"n","expires_in":60}',
    ],
    ['DELETE /hub/api/groups/g/users', (hub) => hub.removeFromGroup('g', ['ana']), '{"users":["ana"]}'],
    ['PUT /hub/api/groups/g/properties', (hub) => hub.setGroupProperties('g', { a: 1 }), '{"a":1}'],
    ['GET /hub/api/services/x', (hub) => hub.getService('x'), ''],
    ['POST /hub/api/proxy', (hub) => hub.checkProxy(), ''],
    ['POST /hub/api/shutdown', (hub) => hub.shutdown({ servers: true }), '{"servers":true}'],
  ])('asks %s', async (request, call, body) => {
    const hub = await hubThat((req, res) => void echo(req, res));
    expect(await call(hub)).toMatchObject({ request, body, authorization: 'token secret' });
  });

  it('names the content type of bodies, except with DELETE', async () => {
    const hub = await hubThat((req, res) => void echo(req, res));
    expect(await hub.createGroup('g')).toMatchObject({ type: 'application/json' });
    expect(await hub.removeFromGroup('g', [])).not.toHaveProperty('type');
  });

  it.each([
    [204, 'stopped'],
    [202, 'pending'],
  ])('tells what %i means for a stop', async (status, outcome) => {
    const hub = await hubThat((req, res) => res.writeHead(req.url === '/hub/api/users/ana/servers/lab' ? status : 404).end());
    expect(await hub.stopServer('ana', 'lab', { remove: true })).toBe(outcome);
  });

  it.each([
    ['{"status":403,"message":"Forbidden thing"}', 'Forbidden thing'],
    ['<html>no json</html>', 'Forbidden'],
    ['{"status":403,"message":null}', 'Forbidden'],
  ])('throws what the hub says: %s', async (body, message) => {
    const hub = await hubThat((_req, res) => res.writeHead(403).end(body));
    const error = await hub.whoami().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(HubApiError);
    expect(error).toMatchObject({ status: 403, message, request: 'GET /hub/api/user' });
  });

  it('gives up at the deadline, also in the middle of an answer', async () => {
    const hub = await hubThat((_req, res) => void res.writeHead(200).write('{"ver'), 50);
    await expect(hub.version()).rejects.toThrow(/^cannot GET \/hub\/api\/ at .*: because no answer within 0.05 s$/);
  });

  it('says why the hub cannot be reached', async () => {
    const hub = await hubThat((req) => req.socket.destroy());
    await expect(hub.version()).rejects.toBeInstanceOf(HubUnreachableError);
    server!.close();
    await expect(hub.version()).rejects.toThrow(/ECONNREFUSED/);
  });

  it("ends with the caller's signal and its reason", async () => {
    const stop = new AbortController();
    const hub = await hubThat(() => stop.abort(new Error('enough')));
    await expect(hub.version({ signal: stop.signal })).rejects.toThrow('enough');
  });

  it('follows next.url exactly as given, and takes a plain list too', async () => {
    const hub = await hubThat((req, res) => {
      const origin = `http://${req.headers.host}`;
      if (req.headers.accept !== 'application/jupyterhub-pagination+json') return res.writeHead(406).end();
      if (req.url === '/elsewhere?x=%2F') return res.end('[{"name":"c"}]');
      res.end(
        JSON.stringify({ items: [{ name: 'a' }, { name: 'b' }], _pagination: { next: { url: `${origin}/elsewhere?x=%2F` } } }),
      );
    });
    const names: string[] = [];
    for await (const user of hub.users({ state: 'ready', limit: 2 })) names.push(user.name);
    expect(names).toEqual(['a', 'b', 'c']);
  });

  it('fetches one page, and tells how many there are in all', async () => {
    const hub = await hubThat((req, res) => {
      if (req.headers.accept !== 'application/jupyterhub-pagination+json') return res.writeHead(406).end();
      res.end(JSON.stringify({ items: [{ name: req.url }], _pagination: { total: 7, next: { url: 'elsewhere' } } }));
    });
    expect(await hub.usersPage({ offset: 2, limit: 1, name_filter: undefined })).toEqual({ items: [{ name: '/hub/api/users?offset=2&limit=1' }], total: 7 });
    expect(await hub.groupsPage({ limit: 1 })).toMatchObject({ items: [{ name: '/hub/api/groups?limit=1' }] });
  });

  it('proves in a page that a request comes from that page', async () => {
    const { port } = (await hubThat((req, res) => res.end(JSON.stringify(req.headers))), server!.address() as AddressInfo);
    const hub = new HubClient({ apiUrl: `http://127.0.0.1:${port}/hub/api`, xsrfToken: 'proof' });
    const headers = await hub.whoami();
    expect(headers).toMatchObject({ 'x-xsrftoken': 'proof' });
    expect(headers).not.toHaveProperty('authorization');
  });

  it('watches a start, event by event, however the stream is cut', async () => {
    const hub = await hubThat((_req, res) => {
      res.write('\n\ndata: {"progress":0,"mess');
      res.write('age":"Server requested"}\n\n\n\n');
      res.end('data: {"progress":100,"message":"ready","ready":true}\n\n');
    });
    const seen: number[] = [];
    const last = await hub.watchStart('ana', '', ({ progress }) => seen.push(progress));
    expect(seen).toEqual([0, 100]);
    expect(last).toMatchObject({ ready: true });
  });

  it('refuses names that mean folders', async () => {
    const hub = new HubClient({ apiUrl: 'http://127.0.0.1:1' });
    expect(() => hub.createUser('..')).toThrow(/cannot put the name/);
  });
});
