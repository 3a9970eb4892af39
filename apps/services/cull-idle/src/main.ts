import { createLog, describeError, every, HubClient, runProgram } from '#hub-client';
import { HELP, readOptions } from './options.js';
import { cullRound } from './round.js';

await runProgram('elara-cull-idle', async (signal) => {
  const options = readOptions(process.argv.slice(2), process.env);
  if (!options) return void process.stdout.write(`${HELP}\n`);
  const log = createLog('cull-idle');
  const hub = new HubClient({ apiUrl: options.apiUrl, token: options.token, timeoutMs: options.requestTimeout * 1000 });
  log.info(`culling at ${options.apiUrl} every ${options.cullEvery} s what was idle for ${options.timeout} s`);
  const round = async () => {
    try {
      await cullRound(hub, options, log, signal);
    } catch (error) {
      if (!signal.aborted) log.error(`no culling this time, trying again in ${options.cullEvery} s: ${describeError(error)}`);
    }
  };
  await every(options.cullEvery, round, signal);
  log.info('ending');
});
