// npm run bench: Elara beside the installed JupyterHub in one run. Absolute figures swing with the machine; the ratios are the result.
import { execFileSync } from 'node:child_process';
import { BenchHub, HUBS, requireTools, TOKEN } from './bench/hubs.mjs';
import { main, prepare, step } from './project.mjs';

const LOAD_CORE = '1';
const LOAD_SECONDS = 5;
const ROUNDS = 3;
const STARTS = 3;
const CYCLES = 20;
const SETTLE_MS = 3000;

const TARGETS = {
  'process start to listening, ms': '≤ 1000',
  'idle memory, MB resident': '≤ 130',
  'GET /hub/api/user by token, requests/s': '≥ 4×',
  'start + stop of a trivial server, hub CPU ms': '≤ 15',
};

main(async () => {
  prepare();
  requireTools();
  const results = {};
  for (const hub of HUBS) {
    step(`measuring ${hub.name}`);
    results[hub.name] = await measure(hub);
  }
  print(results);
});

async function measure(hub) {
  const starts = [];
  for (let round = 0; round < STARTS; round += 1) {
    const running = new BenchHub(hub);
    starts.push(await running.start());
    await running.stop();
  }
  const running = new BenchHub(hub);
  try {
    await running.start();
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    const rss = running.rssMb();
    return {
      'process start to listening, ms': median(starts),
      'idle memory, MB resident': rss,
      'GET /hub/api/user by token, requests/s': await requestsPerSecond(running),
      'start + stop of a trivial server, hub CPU ms': await cpuPerCycle(running),
    };
  } finally {
    await running.stop();
  }
}

async function requestsPerSecond(hub) {
  await hub.request('POST', '/users/ada', {});
  const rates = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const args = ['-c', LOAD_CORE, 'wrk', '-t1', '-c16', `-d${LOAD_SECONDS}s`, '-H', `Authorization: token ${TOKEN}`, `${hub.api}/user`];
    const output = execFileSync('taskset', args, { encoding: 'utf8' });
    if (/Non-2xx/.test(output)) throw new Error(`${hub.name} answered with errors:\n${output}`);
    rates.push(Number(/Requests\/sec:\s+([\d.]+)/.exec(output)[1]));
  }
  return median(rates);
}

async function cpuPerCycle(hub) {
  const cycle = async () => {
    const started = await hub.request('POST', '/users/ada/server', {});
    const stopped = await hub.request('DELETE', '/users/ada/server');
    if (started !== 201 || stopped !== 204) throw new Error(`${hub.name}: start answered ${started}, stop ${stopped}`);
  };
  await cycle();
  const before = hub.cpuMs();
  for (let count = 0; count < CYCLES; count += 1) await cycle();
  return (hub.cpuMs() - before) / CYCLES;
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

function print(results) {
  const rows = Object.keys(TARGETS).map((name) => {
    const [ours, theirs] = HUBS.map((hub) => results[hub.name][name]);
    return { measure: name, elara: Number(ours.toFixed(1)), jupyterhub: Number(theirs.toFixed(1)), ratio: `${(ours / theirs).toFixed(2)}×`, target: TARGETS[name] };
  });
  console.table(rows);
}
