import { StartupError } from '../errors.js';
import { printProblem, type Problem } from './setting.js';

/** The config cannot be used; `problems` holds everything that is wrong with it, not only the first. */
export class ConfigError extends StartupError {
  override readonly code = 'config';

  constructor(
    readonly problems: readonly Problem[],
    options?: ErrorOptions,
  ) {
    super(describe(problems), options);
  }
}

function describe(problems: readonly Problem[]): string {
  const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
  return [`cannot use the config: because of ${count}`, ...problems.map((problem) => `  ${printProblem(problem)}`)].join('\n');
}
