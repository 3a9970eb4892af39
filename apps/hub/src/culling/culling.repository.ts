import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, type Database } from '../database/database.js';
import { READS, type Reads } from '../database/reads.js';
import type { CullWarningRow, ServerActivityRow, ServerState, SpawnerRow } from '../database/tables.js';
import { type CullWarning, WARNING_COLUMNS, type WarningColumns, warningOf } from '../servers/cull-warning.js';
import { effectiveState } from '../servers/server-record.js';

/** What the database knows of one server's use; times as database text. */
export interface StoredActivity {
  /** `spawners.id`; 0 for a default server that was never started. */
  id: number;
  state: ServerState;
  started: string | null;
  lastActivity: string | null;
  samples: Omit<ServerActivityRow, 'spawner_id'>;
  warning: CullWarning | null;
}

type Row = Omit<ServerActivityRow, 'spawner_id'> &
  Pick<SpawnerRow, 'started' | 'last_activity' | 'server_id'> & {
    id: number | null;
    state: ServerState | null;
  } & WarningColumns;

const SERVER = `SELECT s.id, s.started, s.last_activity, s.server_id, l.state,
    a.proxy, a.proxy_read, a.report, a.report_received, a.api, a.report_interval,
    ${WARNING_COLUMNS}
  FROM users u LEFT JOIN spawners s ON s.user_id = u.id AND s.name = ?
    LEFT JOIN elara_server_lifecycle l ON l.spawner_id = s.id
    LEFT JOIN elara_server_activity a ON a.spawner_id = s.id
    LEFT JOIN elara_cull_warnings w ON w.spawner_id = s.id
  WHERE u.name = ? ORDER BY s.id`;

@Injectable()
export class CullingRepository {
  constructor(
    @Inject(DATABASE) private readonly db: Database,
    @Inject(READS) private readonly reads: Reads,
  ) {}

  /** Everybody has a default server; undefined when there is no such user, or no such named server. */
  async find(user: string, server: string): Promise<StoredActivity | undefined> {
    const row = await this.reads.first<Row>(SERVER, server, user);
    return row && (row.id !== null || server === '') ? stored(row) : undefined;
  }

  /** Takes the place of an earlier warning. */
  async warn(warning: CullWarningRow): Promise<void> {
    await this.db('elara_cull_warnings').insert(warning).onConflict('spawner_id').merge();
  }

  async withdraw(id: number): Promise<void> {
    await this.db('elara_cull_warnings').where({ spawner_id: id }).delete();
  }
}

function stored({ id, state, server_id, started, last_activity, ...row }: Row): StoredActivity {
  const { proxy, proxy_read, report, report_received, api, report_interval } = row;
  return {
    id: id ?? 0,
    state: effectiveState(state, server_id !== null),
    started,
    lastActivity: last_activity,
    samples: { proxy, proxy_read, report, report_received, api, report_interval },
    warning: warningOf(row),
  };
}
