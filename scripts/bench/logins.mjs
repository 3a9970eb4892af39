// What a class that logs in at once, with passwords that are costly to check, does to everybody else.
import { spawnSync } from 'node:child_process';
import { Agent, request } from 'node:http';
import { ELARA, TOKEN } from './hubs.mjs';
import { printFigures } from './table.mjs';
import { step } from '../project.mjs';

const LOGINS_A_SECOND = 50;
/** As many logins may wait for their turn. */
const PEOPLE = 200;
const REQUESTS_A_SECOND = 100;
const QUIET_MS = 5000;
const CLIENT_CORE = '1';
const ALL_CORES = '0-1023';

const CONFIG = `
c.JupyterHub.authenticator_class = "native"
c.JupyterHub.default_url = "/hub/home"
c.Elara.login_failures_per_address = 0
`;

const TARGETS = {
  'GET /hub/api/user alone: p50, ms': '',
  'GET /hub/api/user alone: p99, ms': '',
  'the same during the logins: p50, ms': '',
  'the same during the logins: p99, ms': '≤ 50',
  'the same during the logins: longest, ms': '',
  'logins begun, a second': `${LOGINS_A_SECOND}`,
  'logins that worked': `${PEOPLE}`,
  'logins finished, a second': '',
  'a login: p50, ms': '',
  'a login: longest, ms': '',
};

export async function run() {
  step(`logins: measuring ${ELARA.name} while ${LOGINS_A_SECOND} people log in each second`);
  pin(CLIENT_CORE);
  try {
    printFigures(await ELARA.run(measure, { config: CONFIG }), TARGETS);
  } finally {
    pin(ALL_CORES);
  }
}

/** So that the load is not on the core of the hub, whose own threads all are. */
const pin = (cores) => spawnSync('taskset', ['-a', '-c', '-p', cores, String(process.pid)]);

async function measure(hub) {
  await makeAccounts(hub);
  const alone = await whileAsking(hub, () => new Promise((resolve) => setTimeout(resolve, QUIET_MS)));
  const began = performance.now();
  const during = await whileAsking(hub, () => logAllIn(hub));
  const seconds = (performance.now() - began) / 1000;
  const waits = during.outcome.map(({ ms }) => ms);
  return {
    'GET /hub/api/user alone: p50, ms': quantile(alone.latencies, 0.5),
    'GET /hub/api/user alone: p99, ms': quantile(alone.latencies, 0.99),
    'the same during the logins: p50, ms': quantile(during.latencies, 0.5),
    'the same during the logins: p99, ms': quantile(during.latencies, 0.99),
    'the same during the logins: longest, ms': quantile(during.latencies, 1),
    'logins begun, a second': LOGINS_A_SECOND,
    'logins that worked': during.outcome.filter(({ worked }) => worked).length,
    'logins finished, a second': PEOPLE / seconds,
    'a login: p50, ms': quantile(waits, 0.5),
    'a login: longest, ms': quantile(waits, 1),
  };
}

const passwordOf = (person) => `zebra ladder of ${person}`;
const people = Array.from({ length: PEOPLE }, (_, index) => `person${index}`);

async function makeAccounts(hub) {
  for (const person of people) {
    const status = await hub.request('POST', `/native/accounts/${person}/password`, { password: passwordOf(person) });
    if (status !== 201) throw new Error(`making an account answered ${status}`);
  }
}

/** Asks the API at a steady pace for as long as something else takes; a late answer does not hold up the next request. */
async function whileAsking(hub, work) {
  const agent = new Agent({ keepAlive: true });
  const asked = [];
  const began = performance.now();
  const timer = setInterval(() => {
    // a pace that does not slow down with the hub
    while (asked.length < ((performance.now() - began) * REQUESTS_A_SECOND) / 1000) asked.push(timed(() => ask(hub, agent)));
  }, 1000 / REQUESTS_A_SECOND);
  const outcome = await work();
  clearInterval(timer);
  const latencies = await Promise.all(asked);
  agent.destroy();
  return { outcome, latencies };
}

async function timed(work) {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

async function ask(hub, agent) {
  const { status } = await send(`${hub.api}/user`, { agent, headers: { Authorization: `token ${TOKEN}` } });
  if (status !== 200) throw new Error(`GET /user answered ${status}`);
}

async function logAllIn(hub) {
  const logins = [];
  for (const [index, person] of people.entries()) {
    const at = (index * 1000) / LOGINS_A_SECOND;
    logins.push(new Promise((resolve) => setTimeout(resolve, at)).then(() => logIn(hub, person)));
  }
  return Promise.all(logins);
}

/** Opens the page, fills in the form and sends it, as a browser does. */
async function logIn(hub, username) {
  const form = `http://127.0.0.1:${hub.hubPort}/hub/login`;
  const began = performance.now();
  const page = await send(form, {});
  const [cookie] = page.headers['set-cookie'].map((line) => line.split(';')[0]);
  const body = new URLSearchParams({ username, password: passwordOf(username), _xsrf: cookie.slice('_xsrf='.length) }).toString();
  const headers = { Cookie: cookie, 'Content-Type': 'application/x-www-form-urlencoded', 'Content-Length': Buffer.byteLength(body) };
  const { status } = await send(form, { method: 'POST', headers, body });
  return { ms: performance.now() - began, worked: status === 302 };
}

function send(url, { body, ...options }) {
  return new Promise((resolve, reject) => {
    const sent = request(url, options, (answer) => answer.resume().on('end', () => resolve({ status: answer.statusCode, headers: answer.headers })));
    sent.on('error', reject).end(body);
  });
}

function quantile(numbers, share) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}
