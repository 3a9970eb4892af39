import type { Database } from '../database.js';
import { kindOf } from '../dialect.js';
import { type Check, CHECKS } from './checks.js';

/** Rows that lead nowhere, of one kind. */
export interface Finding extends Pick<Check, 'table' | 'what' | 'mend'> {
  rows: number;
}

export interface Report {
  findings: Finding[];
  /** What SQLite says of a file that is damaged; only a copy helps. */
  damage: string[];
}

/** What goes makes more go, such as the OAuth client of a server. */
const MOST_ROUNDS = 10;

/** Looks for rows that lead nowhere, and at the file itself; changes nothing. */
export async function checkDatabase(db: Database): Promise<Report> {
  const findings: Finding[] = [];
  for (const { table, what, mend, rows } of CHECKS) {
    const counted = (await rows(db).count({ rows: '*' }).first()) as { rows: number | string };
    if (Number(counted.rows) > 0) findings.push({ table, what, mend, rows: Number(counted.rows) });
  }
  return { findings, damage: await damageOf(db) };
}

/**
 * Deletes or empties what leads nowhere, all or nothing.
 * @returns what was mended, also what only came to light by mending
 */
export async function mendDatabase(db: Database): Promise<Finding[]> {
  return db.transaction(async (trx) => {
    const mended = new Map<Check, number>();
    for (let round = 1; round <= MOST_ROUNDS; round += 1) {
      let changed = 0;
      for (const check of CHECKS) {
        const rows = await mend(trx, check);
        if (rows > 0) mended.set(check, (mended.get(check) ?? 0) + rows);
        changed += rows;
      }
      if (changed === 0) break;
    }
    return [...mended].map(([{ table, what, mend: how }, rows]) => ({ table, what, mend: how, rows }));
  });
}

const mend = async (db: Database, { rows, mend: how }: Check): Promise<number> =>
  how === 'delete' ? rows(db).delete() : rows(db).update({ [how.empty]: null });

async function damageOf(db: Database): Promise<string[]> {
  if (kindOf(db) !== 'sqlite') return [];
  const rows = (await db.raw('PRAGMA integrity_check(20)')) as { integrity_check: string }[];
  return rows.map((row) => row.integrity_check).filter((text) => text !== 'ok');
}
