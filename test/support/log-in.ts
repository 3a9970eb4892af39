import { Browser, type Page } from '../fakes/browser.js';

/** Fills in the login form. The cookies that come of it are the browser's; the answer is the one to the form. */
export async function logIn(base: string, username: string, password = 'secret'): Promise<{ browser: Browser; answer: Page }> {
  const browser = new Browser();
  await browser.open(`${base}/hub/login`);
  const answer = await browser.submit(`${base}/hub/login`, { username, password, _xsrf: browser.cookie('_xsrf')!.value });
  return { browser, answer };
}
