// The REST API with thousands of users in the database.
import { compareHubs } from './table.mjs';
import { createUsers, ratesOf } from './users.mjs';

const USERS = 10_000;

const TARGETS = {
  'creating users in bulk, users/s': '≥ 40×',
  'GET /hub/api/, requests/s': '≥ 4×',
  'GET /user by token, requests/s': '≥ 8×',
  'GET /users/NAME, requests/s': '≥ 15×',
  'GET /users?limit=100, requests/s': '≥ 8×',
  'GET /users?state=active, requests/s': '≥ 15×',
  'POST /users/NAME/activity, requests/s': '≥ 20×',
  'POST /users/NAME/tokens, requests/s': '≥ 20×',
  'memory afterwards, MB resident': '≤ 180',
};

export const run = () => compareHubs('api', measure, TARGETS);

const measure = (hub) =>
  hub.run(async (running) => {
    const created = await createUsers(running, 0, USERS);
    await running.request('POST', '/users/user1/server', {});
    return { 'creating users in bulk, users/s': created, ...(await ratesOf(running, USERS)), 'memory afterwards, MB resident': running.rssMb() };
  });
