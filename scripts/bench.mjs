// npm run bench [main-job|api]: Elara beside the installed JupyterHub in one run.
// Absolute figures swing with the machine; the ratios are the result.
import { HUBS, requireTools } from './bench/hubs.mjs';
import { main, prepare, SetupError, step } from './project.mjs';

const SUITES = ['main-job', 'api'];

main(async () => {
  const wanted = process.argv.slice(2);
  const unknown = wanted.find((name) => !SUITES.includes(name));
  if (unknown !== undefined) throw new SetupError(`there is no benchmark "${unknown}": there are ${SUITES.join(' and ')}`);
  prepare();
  requireTools();
  for (const suite of wanted.length > 0 ? wanted : SUITES) {
    const { measure, TARGETS } = await import(`./bench/${suite}.mjs`);
    const results = {};
    for (const hub of HUBS) {
      step(`${suite}: measuring ${hub.name}`);
      results[hub.name] = await measure(hub);
    }
    print(results, TARGETS);
  }
});

function print(results, targets) {
  const [ours, theirs] = HUBS.map((hub) => results[hub.name]);
  console.table(
    Object.keys(targets).map((measure) => ({
      measure,
      elara: Number(ours[measure].toFixed(1)),
      jupyterhub: Number(theirs[measure].toFixed(1)),
      ratio: `${(ours[measure] / theirs[measure]).toFixed(2)}×`,
      target: targets[measure],
    })),
  );
}
