import { Logger } from '@nestjs/common';
import type { Knex } from 'knex';
import type { Database } from './database.js';
import type { DatabaseKind } from './dialect.js';

/** The table `elara_audit`. Names are those of the time: there is nothing in it that a rename or a removal of others would change. */
export function auditColumns(t: Knex.CreateTableBuilder, time: string): void {
  t.bigIncrements('id');
  t.specificType('at', time).notNullable();
  t.string('actor_kind', 15).notNullable();
  t.string('actor', 511).notNullable();
  t.string('behalf', 255);
  t.string('via', 63);
  t.string('address', 63).notNullable();
  t.string('method', 15).notNullable();
  t.string('route', 255).notNullable();
  t.string('action', 63).notNullable();
  t.string('target_kind', 15);
  t.string('target', 511);
  t.integer('target_user_id');
  t.integer('status').notNullable();
  t.boolean('denied').notNullable();
  t.string('reason', 255);
  // the newest first, of all or of one
  t.index(['at', 'id'], 'elara_audit_at');
  for (const column of ['actor', 'target', 'target_user_id', 'action']) t.index([column, 'at', 'id'], `elara_audit_${column}`);
}

const REFUSAL = 'records of the audit are never changed';
const log = new Logger('database');

/** What keeps records as they are, in the words of each database. */
const GUARDS: Readonly<Record<DatabaseKind, readonly string[]>> = {
  sqlite: [`CREATE TRIGGER elara_audit_append_only BEFORE UPDATE ON elara_audit BEGIN SELECT RAISE(ABORT, '${REFUSAL}'); END`],
  postgresql: [
    `CREATE OR REPLACE FUNCTION elara_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''${REFUSAL}''; END'`,
    'CREATE TRIGGER elara_audit_append_only BEFORE UPDATE ON elara_audit FOR EACH ROW EXECUTE FUNCTION elara_audit_refuse()',
  ],
  mysql: [`CREATE TRIGGER elara_audit_append_only BEFORE UPDATE ON elara_audit FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '${REFUSAL}'`],
};

/** MySQL lets not everybody make triggers, least of all on a server that keeps a binary log. */
const NOT_ALLOWED = /^ER_(BINLOG_CREATE_ROUTINE_NEED_SUPER|TABLEACCESS_DENIED_ERROR|SPECIFIC_ACCESS_DENIED_ERROR)$/;

/** No record is ever changed. */
export async function guardAudit(db: Database, kind: DatabaseKind): Promise<void> {
  try {
    for (const sql of GUARDS[kind]) await db.raw(sql);
  } catch (error) {
    if (!NOT_ALLOWED.test(String((error as { code?: unknown }).code))) throw error;
    log.warn('Whoever may write the database can change records of the audit: its user may make no triggers (log_bin_trust_function_creators)');
  }
}
