// What many servers cost: started and stopped at once, idle, and found again after a restart of the hub.
import path from 'node:path';
import { ELARA, HUBS } from './hubs.mjs';
import { printFigures, printPairs } from './table.mjs';
import { createUsers } from './users.mjs';
import { root, step } from '../project.mjs';

const AT_ONCE = 60;
const [USERS, SERVERS] = [10_000, 1_000];
/** Servers of the big hub are started in batches, so that the machine's processes do not starve each other. */
const BATCH = 50;
/** From the last start until the hub is idle: garbage is collected late. */
const CALM_SECONDS = 60;
/** Two rounds of the poll of servers, which is what an idle hub mostly does. */
const IDLE_SECONDS = 60;

const TRIVIAL_SERVER = ['perl', path.join(root, 'scripts', 'bench', 'one-answer.pl')];
const CRASH_LOOPER = { name: 'crasher', command: ['/bin/false'] };

export async function run() {
  const pairs = [];
  for (const hub of HUBS) {
    step(`supervision: ${AT_ONCE} servers at once on ${hub.name}`);
    pairs.push(await hub.run(startAndStop, { cmd: TRIVIAL_SERVER }));
  }
  printPairs(
    HUBS.map(({ name }) => name),
    pairs,
    { 'starts/s': '≥ 4×', 'stops/s': '≥ 6×' },
  );
  step(`supervision: ${SERVERS} idle servers and a crash-looping service`);
  printFigures(await ELARA.run(manyServers, { cmd: TRIVIAL_SERVER, services: [CRASH_LOOPER] }), {
    'hub CPU while idle, % of a core': '≤ 1',
    'restart to listening, ms': '≤ 1000',
    'restart to all servers checked, ms': '≤ 5000',
  });
}

const names = (count, first = 0) => Array.from({ length: count }, (_, index) => `user${first + index}`);

async function startAndStop(hub) {
  await createUsers(hub, 0, AT_ONCE);
  const starts = await rateOf(hub, 'POST', true);
  return { 'starts/s': starts, 'stops/s': await rateOf(hub, 'DELETE', false) };
}

async function rateOf(hub, method, isUp) {
  const began = performance.now();
  await Promise.all(names(AT_ONCE).map((name) => hub.request(method, `/users/${name}/server`, method === 'POST' ? {} : undefined)));
  await hub.untilServers((servers) => servers.filter(({ ready }) => ready).length === (isUp ? AT_ONCE : 0) && servers.every(({ pending }) => !pending));
  return (AT_ONCE * 1000) / (performance.now() - began);
}

async function manyServers(hub) {
  await createUsers(hub, 0, USERS);
  for (let first = 0; first < SERVERS; first += BATCH) {
    await Promise.all(names(BATCH, first).map((name) => hub.request('POST', `/users/${name}/server`, {})));
  }
  await new Promise((resolve) => setTimeout(resolve, CALM_SECONDS * 1000));
  const before = hub.cpuMs();
  await new Promise((resolve) => setTimeout(resolve, IDLE_SECONDS * 1000));
  const idle = (hub.cpuMs() - before) / IDLE_SECONDS / 10;
  const { listening, checked } = await hub.restart();
  return { 'hub CPU while idle, % of a core': idle, 'restart to listening, ms': listening, 'restart to all servers checked, ms': checked };
}
