// The REST API with thousands of users in the database.
import { BenchHub } from './hubs.mjs';
import { requestsPerSecond } from './load.mjs';

const USERS = 10_000;
const BATCH = 500;

const anyUser = `"/users/user" .. math.random(0, ${USERS - 1})`;

const LOADS = {
  'GET /hub/api/, requests/s': [{ path: '/' }, '≥ 4×'],
  'GET /user by token, requests/s': [{ path: '/user' }, '≥ 8×'],
  'GET /users/NAME, requests/s': [{ lua: `return wrk.format("GET", base .. ${anyUser})` }, '≥ 15×'],
  'GET /users?limit=100, requests/s': [{ path: '/users?limit=100' }, '≥ 8×'],
  'GET /users?state=active, requests/s': [{ path: '/users?state=active' }, '≥ 15×'],
  'POST /users/NAME/activity, requests/s': [
    {
      lua: `local at = os.date("!%Y-%m-%dT%H:%M:%S") .. ".000001Z"
return wrk.format("POST", base .. ${anyUser} .. "/activity", nil, '{"last_activity": "' .. at .. '"}')`,
    },
    '≥ 20×',
  ],
  'POST /users/NAME/tokens, requests/s': [{ lua: `return wrk.format("POST", base .. ${anyUser} .. "/tokens", nil, "{}")` }, '≥ 20×'],
};

export const TARGETS = {
  'creating users in bulk, users/s': '≥ 40×',
  ...Object.fromEntries(Object.entries(LOADS).map(([name, [, target]]) => [name, target])),
  'memory afterwards, MB resident': '≤ 180',
};

export async function measure(hub) {
  const running = new BenchHub(hub);
  try {
    await running.start();
    const created = await createUsers(running);
    await running.request('POST', '/users/user1/server', {});
    const rates = Object.entries(LOADS).map(([name, [load]]) => [name, requestsPerSecond(running, load)]);
    return { 'creating users in bulk, users/s': created, ...Object.fromEntries(rates), 'memory afterwards, MB resident': running.rssMb() };
  } finally {
    await running.stop();
  }
}

async function createUsers(hub) {
  const began = performance.now();
  for (let first = 0; first < USERS; first += BATCH) {
    const usernames = Array.from({ length: BATCH }, (_, index) => `user${first + index}`);
    const status = await hub.request('POST', '/users', { usernames });
    if (status !== 201) throw new Error(`${hub.name}: creating users answered ${status}`);
  }
  return (USERS * 1000) / (performance.now() - began);
}
