import { existsSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';

/**
 * Bytes of bytecode that a function runs before V8 optimises it; the default is about a ninth. Most of a hub's code runs a few hundred
 * times: optimising it, and doing so again when a guess was wrong, costs more CPU than it saves, and memory.
 */
const INTERRUPT_BUDGET = 600_000;

/**
 * Runs a built program of this project, from whatever directory it is called.
 *
 * @param {string} name of the program, as in bin/ and in dist/bundle/
 */
export async function launch(name) {
  const url = new URL(`../dist/bundle/${name}.js`, import.meta.url);
  setFlagsFromString(`--interrupt-budget=${INTERRUPT_BUDGET}`);
  if (existsSync(url)) return import(url.href);
  const project = new URL('..', import.meta.url).pathname;
  process.stderr.write(`${name}: not built yet: run "npm run build" in ${decodeURIComponent(project)}\n`);
  process.exitCode = 1;
}
