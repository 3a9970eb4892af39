import { aborted, close, createLog, listen, runProgram } from '#hub-client';
import { Board } from './board.js';
import { BoardRoutes } from './board-routes.js';
import { HELP, readOptions } from './options.js';

await runProgram('elara-announcement', async (signal) => {
  const options = readOptions(process.argv.slice(2), process.env);
  if (!options) return void process.stdout.write(`${HELP}\n`);
  const log = createLog('announcement');
  const board = await Board.load(options.file);
  const routes = new BoardRoutes({ ...options, board, log });
  const { server, port } = await listen(options.listenUrl, (req, res) => void routes.handle(req, res));
  log.info(`serving ${options.oauth.prefix} on port ${port}, the announcement is kept in ${options.file}`);
  await aborted(signal);
  log.info('ending');
  await close(server);
});
