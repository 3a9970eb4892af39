import type { AuditPage, AuditQuery, AuditRecord } from './audit-models.js';
import type { CallOptions } from './call.js';
import { FOREVER_MS } from './deadline.js';
import { userPath } from './names.js';
import { streamedLines } from './streamed-lines.js';
import type { Transport } from './transport.js';

/** Who did what to whom; JupyterHub has none of it and answers 404. */
export class AuditClient {
  constructor(private readonly hub: Transport) {}

  /** One page of records, the newest first; `before: page.next` asks for the next one. */
  page = ({ signal, ...query }: AuditQuery & CallOptions = {}) => this.#page('/audit', query, signal);

  /** The same of what was done to one user; people may read their own. */
  ofUser = (name: string, { signal, ...query }: AuditQuery & CallOptions = {}) => this.#page(`${userPath(name)}/audit`, query, signal);

  /** All records, the newest first, as they come; no more of them are in memory than `seen`, which is waited for, has not taken yet. */
  export(seen: (record: AuditRecord) => unknown, { signal, ...query }: Omit<AuditQuery, 'limit'> & CallOptions = {}): Promise<void> {
    const read = async (response: Response) => {
      for await (const record of streamedLines<AuditRecord>(response.body)) await seen(record);
    };
    return this.hub.open('GET', '/audit', { query, accept: 'application/x-ndjson', signal }, read, FOREVER_MS);
  }

  async #page(path: string, query: AuditQuery, signal: AbortSignal | undefined): Promise<AuditPage> {
    return (await this.hub.send<AuditPage>('GET', path, { query: { ...query }, signal })).body;
  }
}
