import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Browser } from '../fakes/browser.js';
import { freePort, TestHub, until } from '../support/hub.js';
import { logIn } from '../support/log-in.js';
import { endPrograms, launch, launcher } from '../support/programs.js';

const ADMIN = 'announcement-test-admin-0123456789';
const PERSON = 'announcement-test-person-0123456789';
const BOSS = 'announcement-test-boss-0123456789';
const BOARD = 'announcement-test-board-0123456789';

let hub: TestHub;
let boardPort: number;

beforeAll(async () => {
  const announcementPort = await freePort();
  boardPort = await freePort();
  hub = await new TestHub({
    JupyterHub: {
      api_tokens: { [PERSON]: 'ada', [BOSS]: 'boss' },
      services: [
        { name: 'watcher', api_token: ADMIN, admin: true },
        { name: 'announcement', url: `http://127.0.0.1:${announcementPort}`, command: launcher('elara-announcement') },
        { name: 'board', api_token: BOARD, url: `http://127.0.0.1:${boardPort}`, oauth_client_allowed_scopes: ['read:users!user'] },
      ],
      load_roles: [
        { name: 'board', scopes: ['read:users:name'], services: ['board', 'announcement'] },
        { name: 'user', scopes: ['self', 'access:services'] },
      ],
    },
    Authenticator: { admin_users: ['boss'] },
  }).start();
  await until('the board is up', () => fetch(`${hub.base}/services/announcement/latest`).then((answer) => answer.ok, () => false));
});
afterAll(() => hub.dispose(ADMIN));
afterEach(endPrograms);

describe('the announcement', () => {
  const TEXT = 'Maintenance <script>alert("x")</script> & a break at noon';
  const post = (token: string, at = 'announcement', announcement: unknown = TEXT) =>
    fetch(`${hub.base}/services/${at}/`, { method: 'POST', headers: { Authorization: `token ${token}` }, body: JSON.stringify({ announcement }) });

  test('is taken from nobody but admins', async () => {
    expect((await post(PERSON)).status).toBe(403);
    expect((await post('nobody-has-this-token')).status).toBe(403);
    expect((await fetch(`${hub.base}/services/announcement/`, { method: 'POST', body: '{"announcement":"x"}' })).status).toBe(403);
    expect(await (await fetch(`${hub.base}/services/announcement/latest`)).json()).toMatchObject({ announcement: '' });
  });

  test('of an admin stands on the pages of the hub, escaped, until it is taken down', async () => {
    expect((await post(BOSS, 'announcement', '  ')).status).toBe(400);
    const answer = await post(BOSS);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ announcement: TEXT, user: 'boss' });
    const login = await until('the login page shows it', async () => {
      const page = await new Browser().open(`${hub.base}/hub/login`);
      return page.text.includes('a break at noon') && page;
    });
    const { browser } = await logIn(hub.base, 'ada');
    for (const { text } of [login, await browser.open(`${hub.base}/hub/home`), await browser.open(`${hub.base}/services/announcement/`)]) {
      expect(text).toMatch(/Maintenance &lt;script&gt;alert\(&(quot|#34);x&(quot|#34);\)&lt;\/script&gt; &amp; a break at noon/);
      expect(text).not.toContain('<script>alert');
    }
    const gone = await fetch(`${hub.base}/services/announcement/`, { method: 'DELETE', headers: { Authorization: `token ${BOSS}` } });
    expect(gone.status).toBe(200);
    await until('the login page does without', async () => !(await browser.open(`${hub.base}/hub/home`)).text.includes('a break at noon'));
  });

  test('is also served by a board started by hand', async () => {
    const args = ['--name=board', `--listen=http://127.0.0.1:${boardPort}`, `--url=http://127.0.0.1:${hub.hubPort}/hub/api`];
    const board = launch([...launcher('elara-announcement'), ...args], { cwd: hub.dir, env: { JUPYTERHUB_API_TOKEN: BOARD } });
    await until('the board listens', () => board.output().includes('serving /services/board/'));
    expect((await post(PERSON, 'board')).status).toBe(403);
    expect((await post(BOSS, 'board')).status).toBe(200);
    // a browser that is logged in at the hub is asked whether the board may know who it is
    const { browser } = await logIn(hub.base, 'boss');
    const asked = await browser.open(`${hub.base}/services/board/`);
    expect(new URL(asked.url).pathname).toBe('/hub/api/oauth2/authorize');
    const scopes = [...asked.text.matchAll(/name="scopes" value="([^"]*)"/g)].map(([, scope]) => scope!);
    const allowed = await browser.submit(asked.url.href, { scopes: scopes[0]!, _xsrf: browser.cookie('_xsrf')!.value });
    const page = await browser.open(new URL(allowed.headers.location!, hub.base).href);
    expect([page.status, page.url.pathname]).toEqual([200, '/services/board/']);
    expect(page.text).toContain('a break at noon');
    board.kill();
    expect(await board.ended).toBe(0);
  });
});
