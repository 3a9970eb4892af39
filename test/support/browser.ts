import path from 'node:path';
import { type Browser, chromium, type Page, type Request } from 'playwright-core';
import { root } from './hub.js';

/** With SCREENSHOTS=keep, pictures go where README and docs show them from; else to where nobody minds. */
const SCREENSHOTS = process.env.SCREENSHOTS === 'keep' ? path.join(root, 'test', 'e2e', 'screenshots') : path.join(root, 'var', 'screenshots');

/** Takes a picture of what is seen of a page. */
export const shoot = (page: Page, name: string): Promise<unknown> => page.screenshot({ path: path.join(SCREENSHOTS, `${name}.png`) });

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** The system's Chromium, without a window. */
export const launchBrowser = (): Promise<Browser> => chromium.launch({ executablePath: '/usr/bin/chromium', args: ARGS });

export interface Look {
  colorScheme?: 'light' | 'dark';
  width?: number;
  height?: number;
}

export interface Visitor {
  page: Page;
  /** Errors of the console, uncaught exceptions, and requests that failed; a page without faults leaves none. */
  faults: string[];
}

/** Somebody with a browser of their own: no cookies shared with anybody. */
export async function newVisitor(browser: Browser, { colorScheme = 'light', width = 1100, height = 760 }: Look = {}): Promise<Visitor> {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('console', (message) => message.type() === 'error' && faults.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => faults.push(`exception: ${error.message}`));
  page.on('requestfailed', (request) => isLeft(request) || faults.push(`${request.failure()?.errorText} ${request.url()}`));
  page.on('response', (response) => response.status() >= 400 && faults.push(`${response.status()} ${response.url()}`));
  return { page, faults };
}

/** What was still being loaded, or followed, when its page was left. */
const isLeft = (request: Request): boolean => request.failure()?.errorText === 'net::ERR_ABORTED';

/** Lets a new visitor do something, and fails if their browser had anything to complain about: an error of a script, a request that failed. */
export async function visit(browser: Browser, look: Look, work: (page: Page) => Promise<void>): Promise<void> {
  const { page, faults } = await newVisitor(browser, look);
  try {
    await work(page);
    if (faults.length > 0) throw new Error(`the browser complained:\n${faults.join('\n')}`);
  } finally {
    await page.context().close();
  }
}

/** Fills the login form that the page shows. */
export async function logIn(page: Page, username: string, password = 'secret'): Promise<void> {
  await page.fill('#username_input', username);
  await page.fill('#password_input', password);
  await Promise.all([page.waitForNavigation(), page.click('#login_submit')]);
}
