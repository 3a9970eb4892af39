// Load from one client process on the other core, with wrk.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { TOKEN } from './hubs.mjs';

const LOAD_CORE = '1';
const SECONDS = 4;
const ROUNDS = 3;

export const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

/**
 * @param hub a running BenchHub
 * @param load `path` below the API, or `lua`: the body of wrk's request function, which returns wrk.format(…)
 */
export function requestsPerSecond(hub, { path: apiPath = '', lua }) {
  const script = path.join(hub.dir, 'load.lua');
  writeFileSync(script, lua ? `local base = "/hub/api"\nmath.randomseed(1)\nfunction request()\n${lua}\nend\n` : '');
  const args = ['-c', LOAD_CORE, 'wrk', '-t1', '-c16', `-d${SECONDS}s`, '-H', `Authorization: token ${TOKEN}`, ...(lua ? ['-s', script] : []), `${hub.api}${apiPath}`];
  const rates = Array.from({ length: ROUNDS }, () => {
    const output = execFileSync('taskset', args, { encoding: 'utf8' });
    if (/Non-2xx/.test(output)) throw new Error(`${hub.name} answered ${apiPath || lua} with errors:\n${output}`);
    return Number(/Requests\/sec:\s+([\d.]+)/.exec(output)[1]);
  });
  return median(rates);
}
