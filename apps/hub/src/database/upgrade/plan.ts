import { StartupError } from '../../errors.js';
import type { SchemaState } from '../ensure-schema.js';
import { type Revision, REVISIONS, TOO_OLD } from './revisions.js';

/** Which way a database has to go. */
export interface UpgradePlan {
  /** Where it stands; undefined when it is new, and has to be created only. */
  from: Revision | undefined;
  steps: readonly Revision[];
}

/**
 * What is to be done with a database. Pure.
 * @param name how errors call it
 * @throws StartupError when nobody here knows the way: it is too old, too new, or does not say what it is
 */
export function upgradePlan({ isNew, revision }: SchemaState, name: string): UpgradePlan {
  if (isNew) return { from: undefined, steps: [] };
  const index = REVISIONS.findIndex(({ id }) => id === revision);
  if (index < 0) throw new StartupError(`cannot upgrade ${name}: because ${whyNot(revision)}`);
  return { from: REVISIONS[index], steps: REVISIONS.slice(index + 1) };
}

function whyNot(revision: string | undefined): string {
  if (revision === undefined) return "it has tables of a hub, but no revision in alembic_version; JupyterHub's own upgrade-db can guess it, on a copy";
  if (TOO_OLD.has(revision)) {
    return `its schema, revision ${revision}, is that of JupyterHub 1 or before; run "jupyterhub upgrade-db" of any version from 2.0 to 5.x first`;
  }
  return `nobody here knows its schema, revision ${revision}; it is that of a JupyterHub after 6.0, or of another program`;
}
