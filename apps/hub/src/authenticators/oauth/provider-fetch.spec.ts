import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { StartupError, UnavailableError } from '../../errors.js';
import { nextLink, ProviderApi } from './provider-api.js';
import { providerFetch } from './provider-fetch.js';

const dir = mkdtempSync(path.join(tmpdir(), 'elara-provider-fetch-'));
const [cert, key] = [path.join(dir, 'cert.pem'), path.join(dir, 'key.pem')];
const servers: Server[] = [];

const answers: RequestListener = (request, response) => {
  const status = Number(/^\/(\d{3})$/.exec(request.url!)?.[1] ?? 200);
  if (request.url === '/hang') return;
  if (request.url === '/drip') return void response.write('{');
  response.writeHead(status, { location: '/200', 'content-type': 'application/json', 'set-cookie': ['a=1', 'b=2'] });
  response.end(request.url === '/much' ? 'x'.repeat(1024 * 1024 + 1) : JSON.stringify({ method: request.method, agent: request.headers['user-agent'] }));
};

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

let http: string;
let https: string;

beforeAll(async () => {
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2', '-keyout', key, '-out', cert], { stdio: 'ignore' });
  http = `http://127.0.0.1:${await listen(createHttpServer(answers))}`;
  https = `https://127.0.0.1:${await listen(createHttpsServer({ cert: readFileSync(cert), key: readFileSync(key) }, answers) as unknown as Server)}`;
});
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(dir, { recursive: true });
});

const strict = { validate_server_cert: true };

describe('certificates', () => {
  test('are checked', async () => {
    await expect(providerFetch(strict)(`${https}/`)).rejects.toThrow(/cannot reach 127\.0\.0\.1:\d+: because self-signed certificate/);
  });

  test('may be of an authority of one\'s own', async () => {
    expect((await providerFetch({ ...strict, ca_certs: cert })(`${https}/`)).status).toBe(200);
    expect((await providerFetch({ ...strict, further_ca_certs: cert })(`${https}/`)).status).toBe(200);
  });

  test('are not looked at where that is asked for', async () => {
    expect((await providerFetch({ validate_server_cert: false })(`${https}/`)).status).toBe(200);
  });

  test('that cannot be read keep the hub from starting', () => {
    expect(() => providerFetch({ ...strict, ca_certs: path.join(dir, 'none.pem') })).toThrow(StartupError);
  });
});

describe('http', () => {
  test('is spoken to this machine only', async () => {
    expect(await (await providerFetch(strict)(`${http}/`, { method: 'POST', body: 'x' })).json()).toEqual({ method: 'POST', agent: 'JupyterHub' });
    // an address for documentation, where nobody is
    await expect(providerFetch(strict)('http://192.0.2.1/token')).rejects.toThrow('http:// is not safe to send logins by');
    await expect(providerFetch(strict)('file:///etc/passwd')).rejects.toThrow('file:// is not safe');
    await expect(providerFetch({ validate_server_cert: false })('ftp://127.0.0.1/')).rejects.toThrow('ftp:// is not safe');
  });

  test('is spoken to others where that is asked for', async () => {
    await expect(providerFetch({ validate_server_cert: false, request_timeout: 0.05 })('http://192.0.2.1/')).rejects.not.toThrow('not safe');
  });
});

describe('an answer', () => {
  test.each([429, 500, 503])('of the status %s is none', async (status) => {
    await expect(providerFetch(strict)(`${http}/${status}`)).rejects.toBeInstanceOf(UnavailableError);
  });

  test('that leads elsewhere is not followed', async () => {
    const { status, headers } = await providerFetch(strict)(`${http}/302`);
    expect([status, headers.get('location'), headers.getSetCookie()]).toEqual([302, '/200', ['a=1', 'b=2']]);
  });

  test('without a body is one', async () => {
    expect((await providerFetch(strict)(`${http}/204`)).status).toBe(204);
  });

  test('has an end, in size and in time', async () => {
    await expect(providerFetch(strict)(`${http}/much`)).rejects.toThrow('its answer is longer than 1048576 bytes');
    for (const route of ['hang', 'drip']) await expect(providerFetch({ ...strict, request_timeout: 0.1 })(`${http}/${route}`)).rejects.toThrow('it did not answer within 0.1 seconds');
    await expect(providerFetch(strict)(`${http}/hang`, { signal: AbortSignal.timeout(50) })).rejects.toBeInstanceOf(UnavailableError);
  });

  test('is told when there is nobody', async () => {
    const server = createHttpServer();
    const port = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    await expect(providerFetch(strict)(`http://127.0.0.1:${port}/`)).rejects.toThrow(`cannot reach 127.0.0.1:${port}: because connect ECONNREFUSED`);
  });
});

describe('pages of a list', () => {
  test('are followed on the same host alone, and not for ever', async () => {
    const asked: string[] = [];
    const api = new ProviderApi((url) => {
      asked.push(url);
      return Promise.resolve(Response.json([asked.length]));
    });
    expect(await api.pages('https://a.example/1', 't', () => 'https://b.example/2')).toEqual([[1]]);
    expect(await api.pages('https://a.example/1', 't', () => 'https://a.example/1')).toHaveLength(50);
  });

  test.each([
    ['<https://a/2>; rel="next", <https://a/9>; rel="last"', 'https://a/2'],
    ['<https://a/1>; rel="prev", <https://a/3>; rel=next', 'https://a/3'],
    ['<https://a/1>; rel="prev"', undefined],
    ['', undefined],
  ])('%s', (link, expected) => {
    expect(nextLink({ headers: new Headers({ link }) })).toBe(expected);
  });
});
