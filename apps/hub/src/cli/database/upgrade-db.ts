import type { LoadedConfig } from '../../config/load-config.js';
import { nameOfLocation } from '../../database/db-url.js';
import type { UpgradePlan } from '../../database/upgrade/plan.js';
import { upgradeDatabase } from '../../database/upgrade/upgrade.js';
import type { Revision } from '../../database/upgrade/revisions.js';
import { requireExisting } from './existing.js';
import { requireNoHub } from './no-hub.js';

const NO_COPY = 'This database is not copied first; if you have no copy of your own, break this off and run: elara db backup';

/**
 * `elara upgrade-db`: brings the database of an earlier JupyterHub to the schema that Elara works with.
 * @param options `dryRun`: only says what would be done
 * @returns exit status: always 0
 */
export async function upgradeDb({ config }: LoadedConfig, { dryRun: isTrial = false }: { dryRun?: boolean }): Promise<number> {
  const { db_url: dbUrl } = config.JupyterHub;
  const location = requireExisting(dbUrl, 'upgrade the database');
  if (!isTrial) await requireNoHub(config, 'upgrade the database');
  const [name, { kind }] = [nameOfLocation(location), location];
  let copy: string | undefined;
  let changes = 0;
  await upgradeDatabase(
    dbUrl,
    {
      planned: (plan) => {
        changes = plan.steps.length;
        print([...describePlan(name, plan), ...(changes > 0 && kind !== 'sqlite' ? [NO_COPY] : [])]);
      },
      copied: (file) => {
        copy = file;
        print([`Copied to ${file}`]);
      },
      done: (step, seconds) => print([`${step.id}  done in ${seconds.toFixed(2)} s`]),
    },
    { isTrial },
  );
  if (!isTrial && changes > 0) print(farewell(name, copy));
  return 0;
}

/** What an upgrade is going to do, a line for each step. */
export function describePlan(name: string, { from, steps }: UpgradePlan): string[] {
  if (!from) return [`${name} is new: it gets the schema of JupyterHub 6.0.`];
  if (steps.length === 0) return [`${name} has the schema of JupyterHub 6.0 (${from.id}): nothing to do.`];
  return [`${name} has the schema of JupyterHub ${from.since} (${from.id}). To do:`, ...steps.map(describeStep)];
}

const describeStep = ({ id, since, what }: Revision): string => `  ${id}  JupyterHub ${since}: ${what}`;

function farewell(name: string, copy: string | undefined): string[] {
  const back = copy ? `stop Elara and put ${copy} in the place of ${name}` : 'restore the copy that you made';
  return [`${name} is up to date. The way back to an earlier JupyterHub: ${back}.`];
}

const print = (lines: readonly string[]) => process.stdout.write(lines.map((line) => `${line}\n`).join(''));
