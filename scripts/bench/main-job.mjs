// The hub's main job: start, idle memory, identity checks, starting and stopping servers.
import { BenchHub } from './hubs.mjs';
import { median, requestsPerSecond } from './load.mjs';
import { compareHubs } from './table.mjs';

const STARTS = 3;
const CYCLES = 20;
const SETTLE_MS = 3000;

const TARGETS = {
  'process start to listening, ms': '≤ 1000',
  'idle memory, MB resident': '≤ 130',
  'GET /hub/api/user by token, requests/s': '≥ 4×',
  'start + stop of a trivial server, hub CPU ms': '≤ 15',
};

export const run = () => compareHubs('main-job', measure, TARGETS);

async function measure(hub) {
  const starts = [];
  for (let round = 0; round < STARTS; round += 1) {
    const running = new BenchHub(hub);
    starts.push(await running.start());
    await running.stop();
  }
  return hub.run(async (running) => {
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    const rss = running.rssMb();
    await running.request('POST', '/users/ada', {});
    return {
      'process start to listening, ms': median(starts),
      'idle memory, MB resident': rss,
      'GET /hub/api/user by token, requests/s': requestsPerSecond(running, { path: '/user' }),
      'start + stop of a trivial server, hub CPU ms': await cpuPerCycle(running),
    };
  });
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
