import type { ProcessState } from '#process';
import { nearest } from '../config/suggest.js';
import type { ServiceSpec } from './service-spec.js';

/** What the order of starts and stops is decided by. */
export interface Standing {
  name: string;
  state: ProcessState;
  /** It is to be started as soon as nothing stands in its way. */
  isDue: boolean;
  after: readonly string[];
  requires: readonly string[];
}

export type Standings = ReadonlyMap<string, Standing>;

/**
 * The services that a start has to wait for: those it requires until they run, those it comes after until they have become what they
 * will be for now, be it running or not. Pure.
 */
export function obstaclesOf({ after, requires }: Pick<Standing, 'after' | 'requires'>, all: Standings): string[] {
  const missing = requires.filter((name) => all.get(name)?.state !== 'running');
  return [...new Set([...missing, ...after.filter((name) => isComing(name, all))])];
}

/** Whether a service is on its way up: it starts, or will as soon as others do that are on their way up. */
export function isComing(name: string, all: Standings): boolean {
  const standing = all.get(name);
  if (!standing) return false;
  if (standing.isDue) return obstaclesOf(standing, all).every((other) => isComing(other, all));
  return standing.state === 'starting';
}

export interface OrderProblem {
  /** Index of the service. */
  index: number;
  key: 'after' | 'requires';
  message: string;
}

/** What keeps `after` and `requires` from being followed: names that are not there or do not run, and circles. */
export function orderProblems(specs: readonly ServiceSpec[]): OrderProblem[] {
  const byName = new Map(specs.map((spec) => [spec.name, spec]));
  const wrongNames = specs.flatMap((spec, index) =>
    (['after', 'requires'] as const).flatMap((key) =>
      (spec[key] ?? []).flatMap((name): OrderProblem[] => {
        const why = whyNotBefore(name, byName);
        return why ? [{ index, key, message: `service ${spec.name}: ${key}: ${why}` }] : [];
      }),
    ),
  );
  return wrongNames.length > 0 ? wrongNames : circlesOf(specs, byName);
}

type ByName = ReadonlyMap<string, ServiceSpec>;

function whyNotBefore(name: string, byName: ByName): string | undefined {
  const spec = byName.get(name);
  if (spec?.schedule !== undefined) return `the service ${name} has a schedule, so nothing can wait for it`;
  if (spec) return spec.command?.length ? undefined : `the hub does not run the service ${name}, so nothing can wait for it`;
  const near = nearest(name, [...byName.keys()]);
  return `there is no service ${name}${near ? `; did you mean ${near}?` : ''}`;
}

const before = (spec: ServiceSpec): string[] => [...(spec.after ?? []), ...(spec.requires ?? [])];

/** One problem for each circle. */
function circlesOf(specs: readonly ServiceSpec[], byName: ByName): OrderProblem[] {
  const finished = new Set<string>();
  const problems: OrderProblem[] = [];
  const visit = (name: string, path: readonly string[]) => {
    if (path.includes(name)) return void problems.push(circleProblem([...path.slice(path.indexOf(name)), name], specs, byName));
    if (finished.has(name)) return;
    for (const other of before(byName.get(name)!)) visit(other, [...path, name]);
    finished.add(name);
  };
  for (const { name } of specs) visit(name, []);
  return problems;
}

function circleProblem(circle: readonly string[], specs: readonly ServiceSpec[], byName: ByName): OrderProblem {
  const [first, second] = circle as [string, string];
  const key = byName.get(first)!.after?.includes(second) ? 'after' : 'requires';
  const index = specs.findIndex(({ name }) => name === first);
  return { index, key, message: `service ${first}: ${key}: each of ${circle.join(' → ')} waits for the next, so none could start` };
}
