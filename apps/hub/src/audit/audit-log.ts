import { Inject, Injectable, Logger } from '@nestjs/common';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import { isDatabaseOutage } from '../database/outages.js';
import { messageOf } from '../errors.js';
import type { AuditActor, AuditEntry } from '../http/audit-entry.js';
import { GrantsRepository } from '../identity/grants.repository.js';
import { auditRow, lossEntry, type PreparedRow } from './audit-row.js';
import { AuditRepository, type NewAuditRow } from './audit.repository.js';

/** So many wait for a database that is away; some megabytes. */
const MOST_WAITING = 20_000;
const ROWS_AT_ONCE = 2000;
const DAY_MS = 86_400_000;
/** Other writers wait for as long as so many rows take. */
const PURGED_AT_ONCE = 200;
const PURGES_PER_STEP = 500;

const log = new Logger('audit');

/** Who did what to whom: collected in memory and written every two seconds in one transaction, so that a request does not wait for it. */
@Injectable()
export class AuditLog {
  #waiting: AuditEntry[] = [];
  #lost = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    private readonly repository: AuditRepository,
    private readonly grants: GrantsRepository,
  ) {}

  record(entry: AuditEntry): void {
    if (!entry.denied && entry.status < 400 && this.config.Elara.audit_skip.includes(entry.action)) return;
    if (this.#waiting.length < MOST_WAITING) this.#waiting.push(entry);
    else this.#lost += 1;
  }

  /** Writes what has been collected. While the database is away nothing is lost but what is too much; that is told later. */
  flush(): Promise<void> {
    this.#writing = this.#writing.catch(() => undefined).then(() => this.#flush());
    return this.#writing;
  }

  /** One step of the loop that deletes what is older than `audit_retention_days`; a large backlog takes several. */
  async purge(): Promise<void> {
    const days = this.config.Elara.audit_retention_days;
    if (days === 0) return;
    const before = new Date(Date.now() - days * DAY_MS);
    for (let batch = 0; batch < PURGES_PER_STEP; batch += 1) if ((await this.repository.purge(before, PURGED_AT_ONCE)) < PURGED_AT_ONCE) return;
  }

  async #flush(): Promise<void> {
    while (this.#waiting.length > 0 || this.#lost > 0) {
      const batch = this.#waiting.slice(0, ROWS_AT_ONCE);
      const lost = this.#waiting.length === batch.length ? this.#lost : 0;
      await this.#write(await this.#rows(lost > 0 ? [...batch, lossEntry(lost)] : batch));
      this.#waiting = this.#waiting.slice(batch.length);
      this.#lost -= lost;
    }
  }

  /** One record that no database can hold must not keep all others from being written. */
  async #write(rows: readonly NewAuditRow[]): Promise<void> {
    try {
      await this.repository.add(rows);
    } catch (error) {
      if (isDatabaseOutage(error) || rows.length === 0) throw error;
      if (rows.length > 1) for (const row of rows) await this.#write([row]);
      else log.error(`cannot record ${rows[0]!.action} by ${JSON.stringify(rows[0]!.actor)}: because ${messageOf(error)}`);
    }
  }

  async #rows(entries: readonly AuditEntry[]): Promise<NewAuditRow[]> {
    const prepared = entries.map(auditRow);
    const names = new Set(prepared.flatMap(({ targetUser }) => targetUser ?? []));
    const ids = new Set(prepared.flatMap(({ row }) => row.target_user_id ?? []));
    const [users, clients] = [await this.repository.users([...names], [...ids]), await this.#clients(entries)];
    return prepared.map((one) => completed(one, users, clients));
  }

  /** The servers and services that OAuth clients stand for, by the client's id. */
  async #clients(entries: readonly AuditEntry[]): Promise<ReadonlyMap<string, AuditActor>> {
    const ids = new Set(entries.flatMap(({ actor, target }) => [actor, target].flatMap((one) => (one?.kind === 'client' ? one.name : []))));
    const found = new Map<string, AuditActor>();
    for (const id of ids) {
      const owner = await this.grants.clientTarget(id);
      if (owner?.service !== undefined) found.set(id, { kind: 'service', name: owner.service });
      else if (owner?.server !== undefined) found.set(id, { kind: 'server', name: owner.server });
    }
    return found;
  }
}

/** Names become ids and the other way round, as the database has them at this moment. */
function completed({ row, targetUser }: PreparedRow, users: readonly { id: number; name: string }[], clients: ReadonlyMap<string, AuditActor>): NewAuditRow {
  const user = users.find(({ id, name }) => (row.target_user_id === null ? name === targetUser : id === row.target_user_id));
  return {
    ...row,
    target_user_id: row.target_user_id ?? user?.id ?? null,
    ...(row.target === null && user && { target_kind: 'user', target: user.name }),
    ...named(clients, row.actor_kind, row.actor, 'actor_kind', 'actor'),
    ...named(clients, row.target_kind, row.target, 'target_kind', 'target'),
  };
}

function named(clients: ReadonlyMap<string, AuditActor>, kind: string | null, name: string | null, kindColumn: string, column: string): object {
  const owner = kind === 'client' && name !== null ? clients.get(name) : undefined;
  return owner ? { [kindColumn]: owner.kind, [column]: owner.name } : {};
}
