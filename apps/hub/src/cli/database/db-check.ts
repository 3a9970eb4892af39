import type { LoadedConfig } from '../../config/load-config.js';
import { checkDatabase, type Finding, mendDatabase, type Report } from '../../database/check/check-database.js';
import { connect } from '../../database/connection.js';
import { copySqlite } from '../../database/copy.js';
import { type DatabaseLocation, describeLocation, nameOfLocation } from '../../database/db-url.js';
import { requireRevision } from '../../database/ensure-schema.js';
import { requireExisting } from './existing.js';
import { requireNoHub } from './no-hub.js';

/**
 * `elara db check`: says which rows lead nowhere.
 * @param options `fix`: mends them, while no hub runs
 * @returns exit status: 1 while something is left to be mended
 */
export async function dbCheck({ config }: LoadedConfig, { fix = false, json = false }: { fix?: boolean; json?: boolean }): Promise<number> {
  const location = requireExisting(config.JupyterHub.db_url, 'check the database');
  if (fix) await requireNoHub(config, 'mend the database');
  let report: Report = { findings: [], damage: [] };
  let mended: Finding[] | undefined;
  let copy: string | undefined;
  const db = await connect(location, async (opened) => {
    await requireRevision(opened, describeLocation(location));
    report = await checkDatabase(opened);
    if (!fix || report.findings.length === 0) return;
    if (location.kind === 'sqlite') copy = await copySqlite(opened, location.file);
    mended = await mendDatabase(opened);
  });
  await db.destroy();
  if (json) process.stdout.write(`${JSON.stringify({ ...report, mended: mended ?? [], copy: copy ?? null }, null, 2)}\n`);
  else process.stdout.write(checkText(location, report, mended, copy));
  return report.damage.length > 0 || (report.findings.length > 0 && !mended) ? 1 : 0;
}

/** For people: a line for each kind of row. */
export function checkText(location: DatabaseLocation, { findings, damage }: Report, mended?: readonly Finding[], copy?: string): string {
  const name = nameOfLocation(location);
  const lines = damage.map((text) => `damaged: ${text}`);
  if (damage.length > 0) lines.push(`${name} is damaged: put a copy in its place, or have sqlite3 recover what it can (.recover)`);
  if (findings.length === 0) lines.push(`${name}: no row leads nowhere.`);
  else if (mended) lines.push(...(copy ? [`Copied to ${copy}`] : []), ...mended.map((finding) => describe(finding, 'was')));
  else lines.push(`${name} has rows that lead nowhere:`, ...findings.map((finding) => describe(finding, 'would be')), 'Mend it with: elara db check --fix');
  return lines.map((line) => `${line}\n`).join('');
}

function describe({ rows, table, what, mend }: Finding, verb: 'was' | 'would be'): string {
  const effect = mend === 'delete' ? 'deleted' : `forgotten (${mend.empty})`;
  return `${String(rows).padStart(6)}  ${table}: ${what}; ${verb} ${effect}`;
}
