// How figures are shown.
import { HUBS } from './hubs.mjs';
import { step } from '../project.mjs';

/**
 * Measures both hubs, one after the other, and prints their figures side by side.
 * @param suite its name
 * @param measure measures one hub; resolves with figures by name
 * @param targets by the same names
 */
export async function compareHubs(suite, measure, targets) {
  const figures = [];
  for (const hub of HUBS) {
    step(`${suite}: measuring ${hub.name}`);
    figures.push(await measure(hub));
  }
  printPairs(['elara', 'jupyterhub'], figures, targets);
}

/** Prints figures of one hub, and what is wanted. */
export function printFigures(figures, targets) {
  console.table(Object.keys(targets).map((measure) => ({ measure, elara: Number(figures[measure].toFixed(1)), target: targets[measure] })));
}

/** Prints two columns of figures, the ratio of the first to the second, and what is wanted. */
export function printPairs([first, second], [ours, theirs], targets) {
  console.table(
    Object.keys(targets).map((measure) => ({
      measure,
      [first]: Number(ours[measure].toFixed(1)),
      [second]: Number(theirs[measure].toFixed(1)),
      ratio: `${(ours[measure] / theirs[measure]).toFixed(2)}×`,
      target: targets[measure],
    })),
  );
}
