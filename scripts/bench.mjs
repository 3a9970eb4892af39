// npm run bench [main-job|api|scale|supervision|pages|logins]: Elara beside the installed JupyterHub in one run.
// Absolute figures swing with the machine; the ratios are the result.
import { requireTools } from './bench/hubs.mjs';
import { main, prepare, SetupError } from './project.mjs';

const SUITES = ['main-job', 'api', 'scale', 'supervision', 'pages', 'logins'];

main(async () => {
  const wanted = process.argv.slice(2);
  const unknown = wanted.find((name) => !SUITES.includes(name));
  if (unknown !== undefined) throw new SetupError(`there is no benchmark "${unknown}": there are ${SUITES.join(', ')}`);
  prepare();
  requireTools();
  for (const suite of wanted.length > 0 ? wanted : SUITES) {
    const { run } = await import(`./bench/${suite}.mjs`);
    await run();
  }
});
