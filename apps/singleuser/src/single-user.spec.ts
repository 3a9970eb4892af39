import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { close, createLog, listen } from '#hub-client';
import { Browser } from '../../../test/fakes/browser.js';
import { FakeHub, fakeIdentity } from '../../../test/fakes/fake-hub.js';
import { ActivityReporter } from './activity.js';
import { readOptions } from './options.js';
import { SingleUser } from './single-user.js';

const PREFIX = '/user/ana/lab/';
const ACCESS = 'access:servers!server=ana/lab';

let root: string;
let hub: FakeHub;
let server: Server;
let at: string;
let activity: ActivityReporter;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'single-'));
  await mkdir(join(root, 'a folder'));
  await writeFile(join(root, 'a folder', `<b>"it's".txt`), 'one < two\n');
  await writeFile(join(root, 'data.bin'), Buffer.from([1, 0, 2, 255]));
  await writeFile(join(root, 'big.txt'), 'é'.repeat(400_001));
  hub = await FakeHub.start();
  hub.clients.set('jupyterhub-user-ana-lab', {
    clientId: 'jupyterhub-user-ana-lab',
    secret: 'server-token',
    redirectUri: `${PREFIX}oauth_callback`,
  });
  hub.loggedIn = fakeIdentity('ana', [ACCESS]);
  const options = readOptions([`--root=${root}`], {
    JUPYTERHUB_API_URL: hub.apiUrl,
    JUPYTERHUB_API_TOKEN: 'server-token',
    JUPYTERHUB_CLIENT_ID: 'jupyterhub-user-ana-lab',
    JUPYTERHUB_OAUTH_CALLBACK_URL: `${PREFIX}oauth_callback`,
    JUPYTERHUB_OAUTH_ACCESS_SCOPES: `["${ACCESS}", "access:servers!user=ana"]`,
    JUPYTERHUB_USER: 'ana',
    JUPYTERHUB_SERVER_NAME: 'lab',
    JUPYTERHUB_SERVICE_PREFIX: PREFIX,
    JUPYTERHUB_SERVICE_URL: `http://127.0.0.1:0${PREFIX}`,
  })!;
  const log = createLog('single', () => undefined);
  activity = new ActivityReporter(options.activity, log);
  const singleUser = new SingleUser(options, activity, log);
  const { server: started, port } = await listen(options.listenUrl, (req, res) => void singleUser.handle(req, res));
  server = started;
  at = `http://127.0.0.1:${port}`;
});

afterEach(async () => {
  await close(server);
  await hub.stop();
  await rm(root, { recursive: true, force: true });
});

async function loggedIn(): Promise<Browser> {
  const browser = new Browser({ '/hub/': hub.origin, '/user/': at });
  await browser.open(`${at}${PREFIX}`);
  return browser;
}

describe('the single-user server', () => {
  it('tells the hub that it is up, without a login', async () => {
    const { status, headers, text } = await new Browser().send('GET', `${at}${PREFIX}api`);
    expect([status, JSON.parse(text), headers['x-jupyterhub-version']]).toEqual([200, { version: '6.0.0' }, '6.0.0']);
  });

  it('greets its owner and lists the files', async () => {
    const page = await (await loggedIn()).open(`${at}${PREFIX}`);
    expect(page.text).toContain('<h1>Hello ana</h1>');
    expect(page.text).toContain('This is your server lab.');
    expect(page.text).toContain(`<a href="${PREFIX}files/a%20folder">a folder/</a>`);
    expect(page.text).toContain('<a href="/hub/home">Hub home</a>');
    expect(page.headers['x-jupyterhub-version']).toBe('6.0.0');
  });

  it('shows a folder and a text file, escaped, by the links that it gives', async () => {
    const browser = await loggedIn();
    const folder = await browser.open(`${at}${PREFIX}files/a%20folder/`);
    expect(folder.text).toContain('&lt;b&gt;&quot;it&#39;s&quot;.txt');
    const link = /<td><a href="([^"]+)">/.exec(folder.text)![1]!.replaceAll('&#39;', "'");
    const file = await browser.open(at + link);
    expect(file.text).toContain('<pre>one &lt; two\n</pre>');
    expect(file.text).not.toContain('<b>');
  });

  it('hands out other files, and all with ?download, as they are', async () => {
    const browser = await loggedIn();
    const binary = await browser.open(`${at}${PREFIX}files/data.bin`);
    expect(binary.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': '4',
      'x-content-type-options': 'nosniff',
    });
    const text = await browser.open(`${at}${PREFIX}files/a%20folder/%3Cb%3E%22it's%22.txt?download=1`);
    expect(text.headers['content-disposition']).toBe("attachment; filename*=UTF-8''%3Cb%3E%22it%27s%22.txt");
    expect(text.text).toBe('one < two\n');
  });

  it('shows the beginning of a long file', async () => {
    const page = await (await loggedIn()).open(`${at}${PREFIX}files/big.txt`);
    expect(page.text).toContain('The file goes on');
    expect(page.text).not.toContain('�');
  });

  it.each([
    '%2e%2e/%2e%2e/etc/passwd',
    '..%2f..%2fetc%2fpasswd',
    '%2e%2e%2f%2e%2e%2fetc%2fpasswd',
    'a%20folder/..%2f..%2f..%2fetc',
    '%00',
    'missing',
  ])('has nothing at files/%s', async (path) => {
    const browser = await loggedIn();
    expect(await rawStatus(`${PREFIX}files/${path}`, browser)).toBe(404);
    expect(await rawStatus(`${PREFIX}files/../../../../etc/passwd`, browser)).toBe(404);
  });

  it.each([
    ['/user/ana/', 404],
    ['/', 404],
    [`${PREFIX}tree`, 404],
    [PREFIX.slice(0, -1), 302],
  ])('answers %s with %i', async (path, status) => {
    expect((await (await loggedIn()).send('GET', at + path)).status).toBe(status);
  });

  it('is for those whom the hub lets in', async () => {
    expect((await new Browser().send('GET', `${at}${PREFIX}files/data.bin`)).status).toBe(302);
    hub.loggedIn = fakeIdentity('eve', ['access:servers!server=eve/lab', 'access:servers!user=eve']);
    const page = await (await loggedIn()).open(`${at}${PREFIX}`);
    expect([page.status, page.text.includes('user eve is not allowed.')]).toEqual([403, true]);
    hub.loggedIn = fakeIdentity('boss', ['access:servers'], { admin: true });
    expect((await (await loggedIn()).open(`${at}${PREFIX}`)).text).toContain('This is the server of ana.');
  });

  it('counts what people do as activity, and nothing else', async () => {
    const recorded = vi.spyOn(activity, 'record');
    hub.tokens.set('script', fakeIdentity('ana', [ACCESS]));
    await new Browser().send('GET', `${at}${PREFIX}`, { headers: { Authorization: 'token script' } });
    await new Browser().send('GET', `${at}${PREFIX}api`);
    await new Browser().send('GET', `${at}${PREFIX}`);
    expect(recorded).not.toHaveBeenCalled();
    await loggedIn();
    expect(recorded).toHaveBeenCalledOnce();
  });

  it('changes nothing', async () => {
    const browser = await loggedIn();
    const headers = { 'X-XSRFToken': browser.cookie('_xsrf')!.value, Origin: at };
    expect((await browser.send('DELETE', `${at}${PREFIX}files/data.bin`, { headers })).status).toBe(405);
  });
});

/** The status of a path that goes out as it is written. */
function rawStatus(path: string, { cookies }: Browser): Promise<number> {
  const { hostname, port } = new URL(at);
  const headers = { Cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; ') };
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, headers }, (res) => resolve(res.resume().statusCode!));
    sent.on('error', reject).end();
  });
}
