import { census } from '../support/census.js';
import { isAlive, processesIn, TestHub, until } from '../support/hub.js';
import { COUNTING } from '../support/programs.js';
import { type Fault, nothing, since } from './fault.js';
import { TOKEN } from './subject.js';
import { rssMb } from './resources.js';

const LIMIT_BYTES = 100_000;
const KEPT = 2;
const FLOOD_MS = 6000;
const MOST_GROWTH_MB = 40;

/** A service with grandchildren of its own session, that ignores SIGTERM and floods its log. */
export const stubbornService: Fault = {
  name: 'a service that forks, ignores SIGTERM and floods its log',
  tries: { short: 1, full: 5 },
  recoversWithin: 40,
  async run(tries) {
    const outcome = nothing(tries);
    for (let tried = 0; tried < tries; tried += 1) await once(outcome);
    return outcome;
  },
};

async function once(outcome: ReturnType<typeof nothing>): Promise<void> {
  const services = [
    { name: 'watcher', api_token: TOKEN, admin: true },
    { name: 'stubborn', command: [...COUNTING, '--stubborn', '--flood'] },
  ];
  const hub = await new TestHub({ JupyterHub: { services }, Elara: { log_max_bytes: LIMIT_BYTES, log_keep: KEPT } }).start();
  try {
    await until('it has its child', () => (census(hub).services.get('stubborn')?.length ?? 0) >= 2);
    const before = rssMb(hub.process!.pid!);
    await new Promise((resolve) => setTimeout(resolve, FLOOD_MS));
    if (rssMb(hub.process!.pid!) > before + MOST_GROWTH_MB) outcome.lost += 1;
    const began = performance.now();
    // the proxy is not this fault's concern
    await hub.request('POST', '/shutdown', { token: TOKEN, body: { proxy: true } });
    await until('the hub has gone', () => hub.process!.exitCode !== null, 60_000);
    outcome.recoverySeconds = Math.max(outcome.recoverySeconds, since(began));
    outcome.orphaned += processesIn(hub.dir).filter(isAlive).length;
  } finally {
    await hub.dispose(TOKEN);
  }
}
