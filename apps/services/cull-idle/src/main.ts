import { createLog, describeError, every, HubClient, type Log, runProgram } from '#hub-client';
import { decisionTable } from './decision.js';
import { type CullOptions, HELP, readOptions } from './options.js';
import { cullRound } from './round.js';

await runProgram('elara-cull-idle', async (signal) => {
  const options = readOptions(process.argv.slice(2), process.env);
  if (!options) return void process.stdout.write(`${HELP}\n`);
  const log = createLog('cull-idle');
  const hub = new HubClient({ apiUrl: options.apiUrl, token: options.token, timeoutMs: options.requestTimeout * 1000 });
  if (options.dryRun) return dryRun(hub, options, log, signal);
  if (options.once) return void (await cullRound(hub, options, log, signal));
  await keepCulling(hub, options, log, signal);
});

async function keepCulling(hub: HubClient, options: CullOptions, log: Log, signal: AbortSignal): Promise<void> {
  log.info(`culling at ${options.apiUrl} every ${options.cullEvery} s by ${JSON.stringify(options.policy)}`);
  const round = async () => {
    try {
      await cullRound(hub, options, log, signal);
    } catch (error) {
      if (!signal.aborted) log.error(`no culling this time, trying again in ${options.cullEvery} s: ${describeError(error)}`);
    }
  };
  await every(options.cullEvery, round, signal);
  log.info('ending');
}

/** The table says what the lines of the log would. */
async function dryRun(hub: HubClient, options: CullOptions, log: Log, signal: AbortSignal): Promise<void> {
  const decisions = await cullRound(hub, options, { ...log, info: () => undefined }, signal);
  process.stdout.write(`${options.json ? JSON.stringify(decisions, undefined, 2) : decisionTable(decisions)}\n`);
}
