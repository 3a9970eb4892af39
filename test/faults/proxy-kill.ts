import { isAlive, until } from '../support/hub.js';
import { type Fault, since } from './fault.js';
import { withSubject } from './subject.js';

const ROUTES = 1000;
const PAGE = 200;

/** `kill -9` of the proxy while it knows many routes. */
export const proxyKill: Fault = {
  name: `kill -9 of the proxy with ${ROUTES} routes`,
  tries: { short: 1, full: 10 },
  recoversWithin: 7,
  run(tries) {
    const extra = Object.fromEntries(Array.from({ length: ROUTES }, (_, index) => [`/extra/${index}/`, 'http://127.0.0.1:9']));
    return withSubject({ users: 1, services: 1, traits: { ConfigurableHTTPProxy: { extra_routes: extra } } }, tries, async (subject, outcome) => {
      const { hub, token } = subject;
      // the hub's own, and that of the server
      const wanted = ROUTES + 2;
      const areBack = () => countRoutes(hub.api, token).then((count) => count === wanted, () => false);
      await hub.request('POST', '/users/user0/server', { token });
      await until('all routes are there', areBack);
      for (let tried = 0; tried < tries; tried += 1) {
        const killed = hub.proxyPid;
        const began = performance.now();
        process.kill(killed, 'SIGKILL');
        await until('another proxy runs', () => hub.proxyPid !== killed && isAlive(hub.proxyPid));
        await until('all routes are back', areBack, 60_000).catch(() => (outcome.stuck += 1));
        outcome.recoverySeconds = Math.max(outcome.recoverySeconds, since(began));
        if ((await fetch(`${hub.base}/user/user0/`)).status !== 200) outcome.lost += 1;
      }
    });
  },
};

async function countRoutes(api: string, token: string): Promise<number> {
  for (let offset = 0; ; offset += PAGE) {
    const answer = await fetch(`${api}/proxy?offset=${offset}&limit=${PAGE}`, { headers: { Authorization: `token ${token}` } });
    const count = Object.keys((await answer.json()) as object).length;
    if (count < PAGE) return offset + count;
  }
}
