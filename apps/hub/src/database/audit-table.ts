import type { Knex } from 'knex';
import type { Database } from './database.js';

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

/** What the query builder has no word for: denials are few, and no record is ever changed. */
export async function guardAudit(db: Database, isSqlite: boolean): Promise<void> {
  await db.raw('CREATE INDEX elara_audit_denied ON elara_audit (at, id) WHERE denied');
  const refusal = 'records of the audit are never changed';
  if (isSqlite) {
    await db.raw(`CREATE TRIGGER elara_audit_append_only BEFORE UPDATE ON elara_audit BEGIN SELECT RAISE(ABORT, '${refusal}'); END`);
    return;
  }
  await db.raw(`CREATE OR REPLACE FUNCTION elara_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''${refusal}''; END'`);
  await db.raw('CREATE TRIGGER elara_audit_append_only BEFORE UPDATE ON elara_audit FOR EACH ROW EXECUTE FUNCTION elara_audit_refuse()');
}
