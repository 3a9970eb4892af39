// A hub with many users, and what is asked of it.
import { requestsPerSecond } from './load.mjs';

const BATCH = 500;

/** Creates `user0` to `user(count-1)`, from `first` on; resolves with how many were made a second. */
export async function createUsers(hub, first, count) {
  const began = performance.now();
  for (let start = first; start < count; start += BATCH) {
    const usernames = Array.from({ length: Math.min(BATCH, count - start) }, (_, index) => `user${start + index}`);
    const status = await hub.request('POST', '/users', { usernames });
    if (status !== 201) throw new Error(`${hub.name}: creating users answered ${status}`);
  }
  return ((count - first) * 1000) / (performance.now() - began);
}

/** Requests a second of every load, by its name, on a hub with so many users. */
export async function ratesOf(hub, users) {
  const rates = Object.fromEntries(Object.entries(loads(users)).map(([name, load]) => [name, requestsPerSecond(hub, load)]));
  // the loads have blocked this process: only now does it see which of its own connections the hub has closed
  await new Promise((resolve) => setTimeout(resolve, 100));
  return rates;
}

function loads(users) {
  const anyUser = `"/users/user" .. math.random(0, ${users - 1})`;
  return {
    'GET /hub/api/, requests/s': { path: '/' },
    'GET /user by token, requests/s': { path: '/user' },
    'GET /users/NAME, requests/s': { lua: `return wrk.format("GET", base .. ${anyUser})` },
    'GET /users?limit=100, requests/s': { path: '/users?limit=100' },
    'GET /users?state=active, requests/s': { path: '/users?state=active' },
    'POST /users/NAME/activity, requests/s': {
      lua: `local at = os.date("!%Y-%m-%dT%H:%M:%S") .. ".000001Z"
return wrk.format("POST", base .. ${anyUser} .. "/activity", nil, '{"last_activity": "' .. at .. '"}')`,
    },
    'POST /users/NAME/tokens, requests/s': { lua: `return wrk.format("POST", base .. ${anyUser} .. "/tokens", nil, "{}")` },
  };
}
