import { existsSync } from 'node:fs';

/**
 * Runs a built program of this project, from whatever directory it is called.
 *
 * @param {string} name of the program, as in bin/ and in dist/bundle/
 */
export async function launch(name) {
  const url = new URL(`../dist/bundle/${name}.js`, import.meta.url);
  if (existsSync(url)) return import(url.href);
  const project = new URL('..', import.meta.url).pathname;
  process.stderr.write(`${name}: not built yet: run "npm run build" in ${decodeURIComponent(project)}\n`);
  process.exitCode = 1;
}
