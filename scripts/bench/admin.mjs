// How long an admin waits for the first rows of the users view, with many users in the database, in a real browser.
import { chromium } from 'playwright-core';
import { ELARA } from './hubs.mjs';
import { printFigures } from './table.mjs';
import { createUsers } from './users.mjs';
import { step } from '../project.mjs';

const USERS = 50_000;
const VISITS = 11;
const VIEWS = {
  'first rows, the first page': '',
  'first rows, the last page by activity': `?sort=-last_activity&offset=${USERS - 50}`,
  'first rows, a search': '?q=4999',
};

export async function run() {
  step(`admin: measuring ${ELARA.name} with ${USERS} users`);
  await ELARA.run(async (running) => {
    await createUsers(running, 0, USERS);
    await running.request('POST', '/users', { usernames: ['boss'], admin: true });
    const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
    try {
      const page = await logIn(browser, `http://127.0.0.1:${running.port}`);
      const figures = {};
      for (const [name, search] of Object.entries(VIEWS)) figures[`${name}, ms`] = await medianOf(() => firstRows(page, search));
      printFigures(figures, Object.fromEntries(Object.keys(figures).map((name) => [name, '≤ 300'])));
    } finally {
      await browser.close();
    }
  });
}

async function logIn(browser, base) {
  const page = await browser.newPage({ baseURL: base });
  await page.addInitScript(() => {
    const look = () => document.querySelector('tr[data-row]') && (window.firstRows ??= performance.now());
    new MutationObserver(look).observe(document, { childList: true, subtree: true });
  });
  await page.goto('/hub/login?next=/hub/admin/users');
  await page.fill('#username_input', 'boss');
  await page.fill('#password_input', 'boss');
  await page.click('#login_submit');
  await page.waitForFunction(() => window.firstRows);
  return page;
}

/** Ms from the navigation until rows stand in the page, with the files of the app in the browser's cache. */
async function firstRows(page, search) {
  await page.goto(`/hub/admin/users${search}`);
  return (await page.waitForFunction(() => window.firstRows)).jsonValue();
}

async function medianOf(measure) {
  const times = [];
  for (let visit = 0; visit < VISITS; visit += 1) times.push(await measure());
  return times.sort((a, b) => a - b)[Math.floor(VISITS / 2)];
}
