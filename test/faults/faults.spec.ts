import { afterAll, afterEach, expect, test } from 'vitest';
import { endPrograms } from '../support/programs.js';
import { clockJump } from './clock-jump.js';
import { deadWebsockets } from './dead-websockets.js';
import type { Fault, Outcome } from './fault.js';
import { frozenServer } from './frozen-server.js';
import { fullDisk } from './full-disk.js';
import { hangingSpawn } from './hanging-spawn.js';
import { hubKill } from './hub-kill.js';
import { lockedDatabase } from './locked-database.js';
import { noMoreFiles } from './no-more-files.js';
import { proxyKill } from './proxy-kill.js';
import { serviceKill } from './service-kill.js';
import { stubbornService } from './stubborn-service.js';

const FAULTS: readonly Fault[] = [
  hubKill,
  proxyKill,
  serviceKill,
  frozenServer,
  hangingSpawn,
  lockedDatabase,
  fullDisk,
  clockJump,
  stubbornService,
  deadWebsockets,
  noMoreFiles,
];

/** `npm run faults` does all tries; `npm test` a few of each. */
const isFull = process.env.FAULTS === 'full';
const HOUR_MS = 3_600_000;

const outcomes = new Map<string, Outcome>();
afterEach(endPrograms);
afterAll(() => {
  const rows = [...outcomes].map(([fault, outcome]) => ({ fault, ...outcome, recoverySeconds: Number(outcome.recoverySeconds.toFixed(1)) }));
  console.table(rows);
});

test.for(FAULTS)('$name', { timeout: HOUR_MS }, async (fault, { skip }) => {
  if (fault.isPossible === false) skip('only root can bring it about');
  const outcome = await fault.run(isFull ? fault.tries.full : fault.tries.short);
  outcomes.set(fault.name, outcome);
  expect(outcome).toMatchObject({ lost: 0, orphaned: 0, stuck: 0 });
  expect(outcome.recoverySeconds).toBeLessThan(fault.recoversWithin);
});
