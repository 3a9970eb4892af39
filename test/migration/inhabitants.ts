import { expect } from 'vitest';
import { Browser } from '../fakes/browser.js';
import { ADMIN_TOKEN, type MovingHub, READER_TOKEN } from './moving-hub.js';

/** Who lives on a hub before the move. */
export interface Inhabitants {
  /** Tokens of people and services, by who asks with them. */
  tokens: Record<string, string>;
  /** Where bob is logged in, at the hub and at his server. */
  browser: Browser;
}

/** Fills a JupyterHub by its own API and pages: people, groups, tokens, servers that run and one that does not, a login. */
export async function settle(hub: MovingHub): Promise<Inhabitants> {
  const ask = async (method: string, address: string, body?: unknown) => {
    const answer = await hub.request(method, address, { token: ADMIN_TOKEN, body });
    expect([address, answer.status]).toEqual([address, expect.toSatisfy((status: number) => status >= 200 && status < 300)]);
    const text = await answer.text();
    return text ? (JSON.parse(text) as Record<string, unknown>) : {};
  };
  await ask('POST', '/users', { usernames: ['cleo', 'dora', 'ünï'] });
  await ask('PATCH', '/users/dora', { admin: true });
  await ask('POST', '/groups/blue');
  await ask('POST', '/groups/blue/users', { users: ['bob', 'cleo', 'ünï'] });
  const mint = async (user: string, body: unknown) => String((await ask('POST', `/users/${user}/tokens`, body))['token']);
  const tokens = {
    admin: ADMIN_TOKEN,
    reader: READER_TOKEN,
    ada: await mint('ada', { note: 'by the API' }),
    bob: await mint('bob', { note: 'Bücher', expires_in: 3600 }),
    narrow: await mint('cleo', { scopes: ['read:users:name!user', 'read:tokens!user'] }),
    stranger: 'no-token-of-anybody-0123456789',
  };
  await Promise.all([ask('POST', '/users/bob/server', { size: 'big' }), ask('POST', '/users/ada/servers/lab', { path: 'ä/b' })]);
  await ask('POST', '/users/cleo/servers/old');
  await ask('DELETE', '/users/cleo/servers/old');
  return { tokens, browser: await logIn(hub, 'bob') };
}

/** Logs in at the hub and at the person's own server. */
async function logIn(hub: MovingHub, username: string): Promise<Browser> {
  const browser = new Browser();
  await browser.open(`${hub.base}/hub/login`);
  expect((await browser.submit(`${hub.base}/hub/login`, { username, password: 'secret' })).status).toBe(302);
  await expectLoggedIn(hub, browser);
  return browser;
}

/** Nothing that bob opens sends him to the login. */
export async function expectLoggedIn(hub: MovingHub, browser: Browser): Promise<void> {
  expect((await browser.send('GET', `${hub.base}/hub/home`)).status).toBe(200);
  const tree = await browser.open(`${hub.base}/user/bob/tree`);
  expect([tree.status, tree.url.pathname]).toEqual([200, '/user/bob/tree']);
}
