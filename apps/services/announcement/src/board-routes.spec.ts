import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { close, createLog, listen } from '#hub-client';
import { Browser } from '../../../../test/fakes/browser.js';
import { FakeHub, fakeIdentity } from '../../../../test/fakes/fake-hub.js';
import { Board } from './board.js';
import { BoardRoutes } from './board-routes.js';
import { readOptions } from './options.js';

const PREFIX = '/services/announcement/';
const ACCESS = 'access:services!service=announcement';

let folder: string;
let hub: FakeHub;
let server: Server;
let at: string;
let logged: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'board-'));
  hub = await FakeHub.start();
  hub.clients.set('service-announcement', {
    clientId: 'service-announcement',
    secret: 'board-token-123',
    redirectUri: `${PREFIX}oauth_callback`,
  });
  const argv = [`--file=${join(folder, 'a.json')}`, `--url=${hub.apiUrl}`, '--listen=http://127.0.0.1:0'];
  const options = readOptions(argv, { JUPYTERHUB_API_TOKEN: 'board-token-123' })!;
  const log = createLog('board', (line) => (logged += line));
  const routes = new BoardRoutes({ ...options, board: await Board.load(options.file), log });
  const { server: started, port } = await listen(options.listenUrl, (req, res) => void routes.handle(req, res));
  server = started;
  at = `http://127.0.0.1:${port}`;
  logged = '';
});

afterEach(async () => {
  await close(server);
  await hub.stop();
  await rm(folder, { recursive: true, force: true });
});

async function browserOf(name: string, fields: { admin?: boolean } = {}, scopes: string[] = []): Promise<Browser> {
  hub.loggedIn = fakeIdentity(name, [ACCESS, ...scopes], fields);
  const browser = new Browser({ '/hub/': hub.origin, [PREFIX]: at });
  await browser.open(`${at}${PREFIX}`);
  return browser;
}

const xsrfOf = (browser: Browser) => browser.cookie('_xsrf')!.value;
const latest = async () => JSON.parse((await new Browser().send('GET', `${at}${PREFIX}latest`)).text) as Record<string, string>;

describe('the board', () => {
  it('is posted and cleared by an admin with the form, and read by everybody', async () => {
    const browser = await browserOf('ana', { admin: true });
    const text = `Down on <Friday> & "Saturday"\r\n</textarea><script>alert(1)</script>`;
    const posted = await browser.submit(`${at}${PREFIX}`, { _xsrf: xsrfOf(browser), action: 'post', announcement: text });
    expect([posted.status, posted.headers.location]).toEqual([303, PREFIX]);
    expect(await latest()).toEqual({
      announcement: text.replace('\r\n', '\n'),
      user: 'ana',
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    const page = await browser.open(`${at}${PREFIX}`);
    expect(page.text).toContain('Down on &lt;Friday&gt; &amp; &quot;Saturday&quot;\n&lt;/textarea&gt;&lt;script&gt;');
    expect(page.text).not.toContain('<script');
    await browser.submit(`${at}${PREFIX}`, { _xsrf: xsrfOf(browser), action: 'clear' });
    expect(await latest()).toEqual({ announcement: '', user: '', timestamp: '' });
    expect(logged).toContain('user ana posted an announcement');
  });

  it('may be changed by who holds the scope, but by nobody else', async () => {
    const writer = await browserOf('wim', {}, ['custom:announcement:write']);
    expect((await writer.submit(`${at}${PREFIX}`, { _xsrf: xsrfOf(writer), announcement: 'hi' })).status).toBe(303);
    const reader = await browserOf('bo');
    expect((await reader.open(`${at}${PREFIX}`)).text).not.toContain('<form');
    expect((await reader.submit(`${at}${PREFIX}`, { _xsrf: xsrfOf(reader), announcement: 'no' })).status).toBe(403);
    expect((await reader.submit(`${at}${PREFIX}latest`, { _xsrf: xsrfOf(reader), announcement: 'no' })).status).toBe(403);
    expect((await latest()).announcement).toBe('hi');
  });

  it.each(['', 'latest'])('takes POST and DELETE at PREFIX%s with a token, whatever type curl says', async (path) => {
    hub.tokens.set('admins', fakeIdentity('ana', [ACCESS], { admin: true }));
    const headers = {
      Authorization: 'token admins',
      'Content-Type': 'application/x-www-form-urlencoded',
      Accept: 'application/json',
    };
    const curl = new Browser();
    const posted = await curl.send('POST', `${at}${PREFIX}${path}`, { headers, body: '{"announcement":"hi"}' });
    expect([posted.status, JSON.parse(posted.text)]).toEqual([200, await latest()]);
    expect((await curl.send('DELETE', `${at}${PREFIX}${path}`, { headers })).status).toBe(200);
    expect((await latest()).announcement).toBe('');
  });

  it.each<[string, string, number]>([
    ['POST', '{"announcement":', 400],
    ['POST', '', 400],
    ['POST', 'null', 400],
    ['POST', '{"announcement":5}', 400],
    ['POST', '{"announcement":"  "}', 400],
    ['POST', JSON.stringify({ announcement: 'x'.repeat(10_001) }), 413],
    ['POST', JSON.stringify({ announcement: 'x'.repeat(70_000) }), 413],
    ['PUT', '{}', 405],
  ])('refuses %s of %.30s', async (method, body, status) => {
    hub.tokens.set('admins', fakeIdentity('ana', [ACCESS], { admin: true }));
    const headers = { Authorization: 'token admins', 'Content-Type': 'application/json', Accept: 'application/json' };
    const answer = await new Browser().send(method, `${at}${PREFIX}latest`, { headers, body });
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toEqual({ status, message: expect.any(String) });
  });

  it('asks strangers to log in, except for the latest announcement', async () => {
    const stranger = new Browser();
    expect((await stranger.send('GET', `${at}${PREFIX}`)).status).toBe(302);
    expect((await stranger.send('POST', `${at}${PREFIX}latest`, { body: '{}' })).status).toBe(403);
    const { headers, status } = await stranger.send('GET', `${at}${PREFIX}latest`);
    expect([status, headers['access-control-allow-origin']]).toEqual([200, '*']);
  });

  it('has pages without scripts, and 404 for the rest', async () => {
    const browser = await browserOf('ana', { admin: true });
    const page = await browser.open(`${at}${PREFIX}`);
    expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-/);
    expect((await browser.open(`${at}${PREFIX}other`)).status).toBe(404);
  });

  it('says 500, and why in the log, when the announcement cannot be kept', async () => {
    const browser = await browserOf('ana', { admin: true });
    await rm(folder, { recursive: true });
    const { status, text } = await browser.submit(`${at}${PREFIX}`, { _xsrf: xsrfOf(browser), announcement: 'x' });
    expect(status).toBe(500);
    expect(text).not.toContain(folder);
    expect(logged).toContain('cannot keep the announcement');
  });
});
