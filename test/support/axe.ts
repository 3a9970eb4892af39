import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * What an open page makes hard for people who use a keyboard or a screen reader, or who see little: the serious and the critical
 * findings of axe, a line for each element. The page's content security policy need not allow axe's script.
 */
export async function axeFindings(page: Page): Promise<string[]> {
  // a colour on its way to another would be judged as it is at this moment
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.evaluate(SOURCE);
  const { violations } = (await page.evaluate('axe.run(document)')) as AxeResults;
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary = '' }) => `${id}: ${target.join(' ')}: ${failureSummary.replace(/\s+/g, ' ')}`));
}
