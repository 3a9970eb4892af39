import { Inject, Injectable } from '@nestjs/common';
import type { Knex } from 'knex';
import { DATABASE, type Database } from '../database/database.js';
import { kindOf } from '../database/dialect.js';
import { READS, type Reads } from '../database/reads.js';
import type { AuditRow } from '../database/tables.js';
import { toDbTime, toNameList } from '../database/values.js';

export type NewAuditRow = Omit<AuditRow, 'id'>;

/** Which records; each part that is there has to hold. */
export interface AuditFilter {
  actor?: { kind?: string; name: string };
  target?: { kind?: string; name: string };
  /** Done to this user, by row id, and not before this moment. */
  concerns?: { userId: number; since: string | null };
  action?: string;
  outcome?: 'ok' | 'denied' | 'failed';
  /** Moments as database text: from this one on, and before that one. */
  since?: string;
  until?: string;
}

/** Where a page begins: behind this record. */
export interface AuditCursor {
  at: string;
  id: number;
}

/** The columns of a new row, and how PostgreSQL calls their types. */
const COLUMNS = {
  at: 'timestamp',
  actor_kind: 'text',
  actor: 'text',
  behalf: 'text',
  via: 'text',
  address: 'text',
  method: 'text',
  route: 'text',
  action: 'text',
  target_kind: 'text',
  target: 'text',
  target_user_id: 'integer',
  status: 'integer',
  denied: 'boolean',
  reason: 'text',
} as const satisfies Record<keyof NewAuditRow, string>;

const NAMES = Object.keys(COLUMNS) as (keyof NewAuditRow)[];
const INSERT = `INSERT INTO elara_audit (${NAMES.join(', ')}) SELECT`;
const SQLITE_INSERT = `${INSERT} ${NAMES.map((name) => `json_extract(value, '$.${name}')`).join(', ')} FROM json_each(?)`;
const POSTGRES_INSERT = `${INSERT} ${NAMES.join(', ')} FROM json_to_recordset(CAST(? AS json)) AS fresh(${NAMES.map((name) => `${name} ${COLUMNS[name]}`).join(', ')})`;

/** The table `elara_audit`: rows are added, and go when they are too old; none is changed. */
@Injectable()
export class AuditRepository {
  constructor(
    @Inject(DATABASE) private readonly db: Database,
    @Inject(READS) private readonly reads: Reads,
  ) {}

  /** Adds all or none, in one statement whose text is always the same: to build one anew would cost more than all else about a record. */
  async add(rows: readonly NewAuditRow[]): Promise<void> {
    const kind = kindOf(this.db);
    if (kind === 'mysql') await this.db('elara_audit').insert([...rows]);
    else await this.db.raw(kind === 'postgresql' ? POSTGRES_INSERT : SQLITE_INSERT, [JSON.stringify(rows)]);
  }

  /** The newest first; each page is found by an index, however many records there are. */
  async page(filter: AuditFilter, limit: number, after?: AuditCursor): Promise<AuditRow[]> {
    const query = this.db('elara_audit').orderBy([{ column: 'at', order: 'desc' }, { column: 'id', order: 'desc' }]).limit(limit);
    narrow(query, filter);
    if (after) query.whereRaw('(at, id) < (?, ?)', [after.at, after.id]);
    return query;
  }

  /** @returns how many rows went, at most so many */
  async purge(before: Date, most: number): Promise<number> {
    const old = this.db('elara_audit').select('id').where('at', '<', toDbTime(before)).orderBy('at').limit(most);
    // by way of a table of their own: MySQL reads no limited part of what it deletes from
    return this.db('elara_audit').whereIn('id', this.db.select('id').from(old.as('old'))).delete();
  }

  /** Those of these users that there are, by name or by row id. */
  async users(names: readonly string[], ids: readonly number[]): Promise<{ id: number; name: string }[]> {
    if (names.length + ids.length === 0) return [];
    const { nameList, idList } = this.reads;
    return this.reads.all(`SELECT id, name FROM users WHERE name IN ${nameList} OR id IN ${idList}`, toNameList(names), JSON.stringify(ids));
  }
}

function narrow(query: Knex.QueryBuilder, { actor, target, concerns, action, outcome, since, until }: AuditFilter): void {
  if (actor) query.where({ actor: actor.name, ...(actor.kind && { actor_kind: actor.kind }) });
  if (target) query.where({ target: target.name, ...(target.kind && { target_kind: target.kind }) });
  if (concerns) query.where('target_user_id', concerns.userId);
  if (concerns?.since) query.where('at', '>=', concerns.since);
  if (action) query.where({ action });
  // as the partial index has it
  if (outcome) query.whereRaw(outcome === 'denied' ? 'denied' : 'NOT denied');
  if (outcome === 'ok') query.where('status', '<', 400);
  if (outcome === 'failed') query.where('status', '>=', 400);
  if (since) query.where('at', '>=', since);
  if (until) query.where('at', '<', until);
}
