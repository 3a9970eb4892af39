import { hub } from '../hub/hub.js';
import type { AuditFilter } from './audit-request.js';
import { requestOf } from './audit-request.js';

/** So many records at a time are handed over to the browser, which need not keep them in memory. */
const BATCH = 5_000;

/** Fetches all records that fit, and has the browser save them, one line of JSON each. */
export async function saveRecords(filter: AuditFilter): Promise<void> {
  const parts: Blob[] = [];
  let lines: string[] = [];
  const handOver = () => {
    parts.push(new Blob(lines));
    lines = [];
  };
  const add = (record: object) => {
    if (lines.push(`${JSON.stringify(record)}\n`) === BATCH) handOver();
  };
  await hub.audit.export(add, requestOf(filter));
  handOver();
  save(new Blob(parts, { type: 'application/x-ndjson' }), 'audit.jsonl');
}

function save(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  Object.assign(document.createElement('a'), { href: url, download: name }).click();
  URL.revokeObjectURL(url);
}
