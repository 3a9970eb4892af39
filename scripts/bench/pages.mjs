// How long people wait for a page, with very many users in the database, in a real browser.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { ELARA } from './hubs.mjs';
import { printFigures } from './table.mjs';
import { createUsers } from './users.mjs';
import { SetupError, step } from '../project.mjs';

const CHROMIUM = '/usr/bin/chromium';
const [MANY, MOST] = [10_000, 50_000];
const VISITS = 11;
const ADMIN_VIEWS = {
  'the first page': '',
  'the last page by activity': `?sort=-last_activity&offset=${MOST - 50}`,
  'a search': '?q=4999',
};

export async function run() {
  if (!existsSync(CHROMIUM)) throw new SetupError('cannot measure: because this package is missing: sudo apt-get install chromium');
  step(`pages: measuring ${ELARA.name} with ${MANY} and with ${MOST} users`);
  const { home, views } = await ELARA.run(measure);
  const rows = Object.entries(views).map(([view, ms]) => [`admin, users: first rows of ${view}, ms`, ms]);
  const first = 'home: first byte, ms';
  printFigures({ [first]: home, ...Object.fromEntries(rows) }, { [first]: '≤ 15', ...Object.fromEntries(rows.map(([name]) => [name, '≤ 300'])) });
}

async function measure(hub) {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] });
  try {
    await createUsers(hub, 0, MANY);
    const page = await logIn(browser, `http://127.0.0.1:${hub.port}`);
    const home = await medianOf(() => firstByte(page, '/hub/home'));
    await createUsers(hub, MANY, MOST);
    const views = {};
    for (const [view, search] of Object.entries(ADMIN_VIEWS)) views[view] = await medianOf(() => firstRows(page, `/hub/admin/users${search}`));
    return { home, views };
  } finally {
    await browser.close();
  }
}

async function logIn(browser, base) {
  const page = await browser.newPage({ baseURL: base });
  await page.addInitScript(() => {
    const look = () => document.querySelector('tr[data-row]') && (window.firstRows ??= performance.now());
    new MutationObserver(look).observe(document, { childList: true, subtree: true });
  });
  await page.goto('/hub/login?next=/hub/home');
  await page.fill('#username_input', 'admin');
  await page.fill('#password_input', 'any');
  await Promise.all([page.waitForNavigation(), page.click('#login_submit')]);
  return page;
}

async function firstByte(page, path) {
  await page.goto(path);
  return page.evaluate(() => {
    const [navigation] = performance.getEntriesByType('navigation');
    return navigation.responseStart - navigation.requestStart;
  });
}

/** From the navigation until rows stand in the page, with the files of the app in the browser's cache. */
async function firstRows(page, path) {
  await page.goto(path);
  return (await page.waitForFunction(() => window.firstRows)).jsonValue();
}

async function medianOf(measureOnce) {
  const times = [];
  for (let visit = 0; visit < VISITS; visit += 1) times.push(await measureOnce());
  return times.toSorted((a, b) => a - b)[Math.floor(VISITS / 2)];
}
