// Works out one scrypt hash after another, on a thread of its own that gives way to everything else the hub does.
import { scryptSync } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';

/** Steps of niceness: where there is one processor for both, the other thread gets ten times as much of it. */
const NICER = 10;
const NICEST = 19;

/** On Linux each thread has a priority of its own (setpriority(2), "C library/kernel differences"). */
function giveWay() {
  try {
    setPriority(Number(readlinkSync('/proc/thread-self').split('/').at(-1)), Math.min(getPriority() + NICER, NICEST));
  } catch {
    // elsewhere, or where that is forbidden, the scheduler has to be fair by itself
  }
}

giveWay();
parentPort.on('message', ({ password, salt, bytes, ...cost }) => {
  const hash = scryptSync(password, salt, bytes, cost);
  parentPort.postMessage(new Uint8Array(hash));
});
