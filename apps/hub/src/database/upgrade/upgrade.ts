import { performance } from 'node:perf_hooks';
import { StartupError } from '../../errors.js';
import { connect } from '../connection.js';
import { copySqlite } from '../copy.js';
import type { Database } from '../database.js';
import { kindOf } from '../dialect.js';
import { type DatabaseLocation, describeLocation, IN_MEMORY, parseDbUrl } from '../db-url.js';
import { createMissing, readSchemaState } from '../ensure-schema.js';
import { type UpgradePlan, upgradePlan } from './plan.js';
import type { Revision } from './revisions.js';

/** Told in the course of an upgrade. */
export interface UpgradeWatcher {
  /** Before anything is changed. */
  planned(plan: UpgradePlan): void;
  /** The file that holds what was there before. */
  copied(file: string): void;
  done(step: Revision, seconds: number): void;
}

/**
 * Brings the database of `JupyterHub.db_url` to JupyterHub 6.0's schema, a revision at a time. What is interrupted is carried on by the
 * next call. A SQLite file is copied before it is changed; of other databases it is for somebody else to have a copy.
 * @param isTrial says only what would be done
 * @throws StartupError when it cannot be opened, or there is no way from its schema to ours
 */
export async function upgradeDatabase(dbUrl: string, watcher: UpgradeWatcher, { isTrial = false } = {}): Promise<void> {
  const location = parseDbUrl(dbUrl);
  const db = await connect(location, async (opened) => {
    const plan = upgradePlan(await readSchemaState(opened), describeLocation(location));
    watcher.planned(plan);
    if (!isTrial) await carryOut(opened, location, plan, watcher);
  });
  await db.destroy();
}

async function carryOut(db: Database, location: DatabaseLocation, { from, steps }: UpgradePlan, watcher: UpgradeWatcher): Promise<void> {
  if (from && steps.length > 0 && location.kind === 'sqlite' && location.file !== IN_MEMORY) watcher.copied(await copySqlite(db, location.file));
  let before = from;
  for (const step of steps) {
    const began = performance.now();
    await applyStep(db, before!, step, describeLocation(location));
    watcher.done(step, (performance.now() - began) / 1000);
    before = step;
  }
  await createMissing(db);
}

/** The change and its revision in one transaction: what is half done has never been, or is carried on. */
async function applyStep(db: Database, before: Revision, step: Revision, name: string): Promise<void> {
  await db.transaction(async (trx) => {
    const move = async () => {
      const moved = await trx('alembic_version').where({ version_num: before.id }).update({ version_num: step.id });
      if (moved !== 1) throw new StartupError(`cannot upgrade ${name}: because somebody else upgrades it at the same time`);
    };
    // first, so that a second upgrade at the same time waits here; but MySQL ends a transaction with each change of a table
    const isLast = kindOf(trx) === 'mysql';
    if (!isLast) await move();
    await step.apply(trx);
    if (isLast) await move();
  });
}
