import { connect, type AddressInfo } from 'node:net';
import fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerUnreadableRequest, answerUnreadableUrl } from './unreadable-request.js';

let app: FastifyInstance;
beforeAll(async () => {
  app = fastify({ frameworkErrors: answerUnreadableUrl, clientErrorHandler: answerUnreadableRequest });
  app.get('/hub/api/users/:user', () => 'fine');
  app.get('/hub/user/:user', () => 'fine');
  await app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => app.close());

/** What comes back for these bytes, until the other side closes. */
const say = (bytes: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1', () => socket.write(bytes, 'latin1'));
    socket.on('data', (chunk) => (answer += String(chunk))).on('error', reject).on('close', () => resolve(answer));
  });

test.each(['/hub/api/users/%zz', '/hub/api/users/%ff', '/hub/api/users/%u0041'])('%s is refused as everything of the API is', async (url) => {
  const { statusCode, body, headers } = await app.inject(url);
  expect([statusCode, JSON.parse(body), headers['content-type']]).toEqual([400, { status: 400, message: 'Bad Request' }, 'application/json; charset=utf-8']);
});

test('an address of a page that cannot be decoded is refused as text, and not repeated', async () => {
  const { statusCode, body, headers } = await app.inject('/hub/user/%zz<script>');
  expect([statusCode, body, headers['content-type']]).toEqual([400, 'Bad Request', 'text/plain; charset=utf-8']);
});

test.each([
  ['no HTTP', 'hello\r\n\r\n', 400],
  ['bytes that no address has', 'GET /hub/api/users/\xe9 HTTP/1.1\r\nHost: x\r\n\r\n', 400],
  ['endless headers', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`, 431],
])('%s is answered in the same form, and hung up on', async (_what, bytes, status) => {
  const [head, body] = (await say(bytes)).split('\r\n\r\n') as [string, string];
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(JSON.parse(body)).toEqual({ status, message: expect.any(String) as string });
});
