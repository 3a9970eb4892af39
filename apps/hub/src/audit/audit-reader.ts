import { Injectable } from '@nestjs/common';
import type { AuditRow } from '../database/tables.js';
import type { AuditModel } from './audit.model.js';
import { type AuditQuestion, cursorOf } from './audit-query.js';
import { AuditLog } from './audit-log.js';
import { AuditRepository } from './audit.repository.js';

/** So many records of an export are in memory at a time. */
const LINES_AT_ONCE = 1000;

export interface AuditPage {
  items: AuditModel[];
  /** For the next page; null on the last one. */
  next: string | null;
}

/** Reads the audit, page by page or all of it. */
@Injectable()
export class AuditReader {
  constructor(
    private readonly log: AuditLog,
    private readonly repository: AuditRepository,
  ) {}

  /** What was recorded until this moment is in it. */
  async page({ filter, limit, after }: AuditQuestion, model: (row: AuditRow) => AuditModel): Promise<AuditPage> {
    await this.log.flush();
    const rows = await this.repository.page(filter, limit + 1, after);
    const items = rows.slice(0, limit);
    return { items: items.map(model), next: rows.length > limit ? cursorOf(items.at(-1)!) : null };
  }

  /** Every record from there on, as JSON lines, some at a time as the reader takes them. */
  async *lines({ filter, after }: AuditQuestion, model: (row: AuditRow) => AuditModel): AsyncGenerator<string> {
    await this.log.flush();
    for (let cursor = after; ; ) {
      const rows = await this.repository.page(filter, LINES_AT_ONCE, cursor);
      if (rows.length > 0) yield rows.map((row) => `${JSON.stringify(model(row))}\n`).join('');
      if (rows.length < LINES_AT_ONCE) return;
      cursor = rows.at(-1);
    }
  }
}
