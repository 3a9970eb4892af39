import { existsSync } from 'node:fs';

/**
 * Runs a built program of this project, from whatever directory it is called.
 *
 * @param {string} name what it is called, for the message when it is not built
 * @param {string} entry its file below dist/
 */
export async function launch(name, entry) {
  const url = new URL(`../dist/${entry}`, import.meta.url);
  if (existsSync(url)) return import(url.href);
  const project = new URL('..', import.meta.url).pathname;
  process.stderr.write(`${name}: not built yet: run "npm run build" in ${decodeURIComponent(project)}\n`);
  process.exitCode = 1;
}
