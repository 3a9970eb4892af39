import { run } from './run.js';

// `elara config show | head`: a reader that has seen enough is no failure
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const status = await run(process.argv.slice(2));
// a start that failed half-way may have left timers; a hub that runs has status 0 and goes on
if (status !== 0) process.exit(status);
