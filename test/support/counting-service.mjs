// A service that prints `PID NUMBER` every few milliseconds, from 1 on: whoever reads its log sees whether a line is missing.
//   --stubborn    ignores SIGINT and SIGTERM, and has a child in a session of its own that does so too
//   --flood       prints as fast as it can
import { spawn } from 'node:child_process';

const PERIOD_MS = 20;
const FLOOD_LINES = 200;
const has = (flag) => process.argv.includes(flag);

if (has('--stubborn')) {
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => undefined);
  if (!has('--child')) spawn(process.execPath, [process.argv[1], '--stubborn', '--child'], { detached: true, stdio: 'ignore' });
}

let count = 0;
setInterval(() => {
  const lines = Array.from({ length: has('--flood') ? FLOOD_LINES : 1 }, () => `${process.pid} ${(count += 1)}\n`);
  if (!has('--child')) process.stdout.write(lines.join(''));
}, PERIOD_MS);
// a test that was broken off must leave nothing behind for long
setTimeout(() => process.exit(0), 20 * 60_000).unref();
