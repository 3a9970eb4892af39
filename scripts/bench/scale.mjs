// The same requests with few and with many users in the database: nothing may grow with their number.
import { ELARA } from './hubs.mjs';
import { printPairs } from './table.mjs';
import { createUsers, ratesOf } from './users.mjs';
import { step } from '../project.mjs';

const [FEW, MANY] = [1_000, 50_000];
const MEMORY = 'memory afterwards, MB resident';

export async function run() {
  step(`scale: measuring ${ELARA.name} with ${FEW} and with ${MANY} users`);
  const [few, many] = await ELARA.run(async (running) => {
    await createUsers(running, 0, FEW);
    await running.request('POST', '/users/user1/server', {});
    const before = { ...(await ratesOf(running, FEW)), [MEMORY]: running.rssMb() };
    await createUsers(running, FEW, MANY);
    return [before, { ...(await ratesOf(running, MANY)), [MEMORY]: running.rssMb() }];
  });
  const targets = Object.fromEntries(Object.keys(few).map((name) => [name, name === MEMORY ? '≤ 180' : '≥ 0.75×']));
  printPairs([`${MANY} users`, `${FEW} users`], [many, few], targets);
}
