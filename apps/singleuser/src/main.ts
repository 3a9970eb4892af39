import { aborted, close, createLog, listen, runProgram } from '#hub-client';
import { ActivityReporter } from './activity.js';
import { HELP, readOptions } from './options.js';
import { SingleUser } from './single-user.js';

await runProgram('elara-singleuser', async (signal) => {
  const options = readOptions(process.argv.slice(2), process.env);
  if (!options) return void process.stdout.write(`${HELP}\n`);
  const log = createLog('singleuser');
  const activity = new ActivityReporter(options.activity, log);
  const singleUser = new SingleUser(options, activity, log);
  const { server, port } = await listen(options.listenUrl, (req, res) => void singleUser.handle(req, res));
  log.info(`serving ${options.oauth.prefix} on port ${port}, showing ${options.root}`);
  const reporting = activity.run(signal);
  await aborted(signal);
  log.info('ending');
  await Promise.all([close(server), reporting]);
});
