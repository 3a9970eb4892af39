import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, type Database } from '../database/database.js';
import { dialectOf, ONE_ROW } from '../database/dialect.js';
import { READS, type Reads } from '../database/reads.js';
import type { ServerLifecycleRow, ServerRow, SpawnerRow, UserRow } from '../database/tables.js';
import { fromDbJson, toDbJson, toDbTime } from '../database/values.js';
import { type Statement, type Writes, writesTo } from '../database/writes.js';
import type { FailureCode } from '../spawners/spawn-error.js';
import type { ServerAddress, SpawnerState } from '../spawners/spawner.js';
import { WARNING_COLUMNS, type WarningColumns, warningOf } from './cull-warning.js';
import type { Failure } from './failure.js';
import { effectiveState, type ServerOwner, type ServerRecord } from './server-record.js';
import { serverStatements } from './server-statements.js';
import { lastStopOf, STOP_COLUMNS, type StopCause, type StopColumns, stopDetail } from './stop-cause.js';

type JoinedRow = SpawnerRow &
  Pick<ServerRow, 'proto' | 'ip' | 'port'> &
  Partial<Pick<ServerLifecycleRow, 'epoch' | 'deadline' | 'updated' | 'failure_code' | 'failure'>> & {
    user_name: string;
    lifecycle_state: ServerLifecycleRow['state'] | null;
    process: string | null;
  } & WarningColumns &
  StopColumns;

const JOINED = `SELECT s.*, u.name AS user_name, v.proto, v.ip, v.port,
    l.state AS lifecycle_state, l.epoch, l.deadline, l.updated, l.failure_code, l.failure, l.process,
    ${WARNING_COLUMNS}, ${STOP_COLUMNS}
  FROM spawners s JOIN users u ON u.id = s.user_id
    LEFT JOIN servers v ON v.id = s.server_id LEFT JOIN elara_server_lifecycle l ON l.spawner_id = s.id
    LEFT JOIN elara_cull_warnings w ON w.spawner_id = s.id
    LEFT JOIN elara_server_stops x ON x.spawner_id = s.id`;
const ACTIVE = "(s.server_id IS NOT NULL OR l.state IN ('queued', 'spawn-pending', 'stop-pending'))";
/** The same as a union, which finds a few active servers among many rows by two indexes. */
const ACTIVE_IDS = `SELECT id FROM spawners WHERE server_id IS NOT NULL
  UNION SELECT spawner_id AS id FROM elara_server_lifecycle WHERE state IN ('queued', 'spawn-pending', 'stop-pending')`;

const create = (integer: string) =>
  `INSERT INTO spawners (user_id, name, display_name, state) SELECT ${integer}, ?, ?, ? FROM ${ONE_ROW} ` +
  'WHERE NOT EXISTS (SELECT 1 FROM spawners WHERE user_id = ? AND name = ?)';

/** Queries on servers; each method takes a constant number of statements, whatever the number of users. */
@Injectable()
export class ServersRepository {
  readonly #writes: Writes;
  readonly #statements;

  constructor(
    @Inject(DATABASE) private readonly db: Database,
    @Inject(READS) private readonly reads: Reads,
  ) {
    this.#writes = writesTo(db);
    this.#statements = serverStatements(db);
  }

  async findUser(name: string): Promise<ServerOwner | undefined> {
    return this.reads.first('SELECT id, name FROM users WHERE name = ?', name);
  }

  async find(userId: number, name: string): Promise<ServerRecord | undefined> {
    // a JupyterHub database may hold the default server twice: no constraint forbids it
    const row = await this.reads.first<JoinedRow>(`${JOINED} WHERE s.user_id = ? AND s.name = ? ORDER BY s.id`, userId, name);
    return row && toRecord(row);
  }

  async ofUsers(userIds: readonly number[], { includeStopped }: { includeStopped: boolean }): Promise<ServerRecord[]> {
    if (userIds.length === 0) return [];
    const sql = `${JOINED} WHERE s.user_id IN ${this.reads.idList}${includeStopped ? '' : ` AND ${ACTIVE}`} ORDER BY s.id`;
    const rows = await this.reads.all<JoinedRow>(sql, JSON.stringify(userIds));
    return rows.map(toRecord);
  }

  /** Every server that is not stopped. */
  async active(): Promise<ServerRecord[]> {
    return (await this.reads.all<JoinedRow>(`${JOINED} WHERE s.id IN (${ACTIVE_IDS})`)).map(toRecord);
  }

  /** The names of every server that is not stopped, for a tenth of what `active` costs. */
  async activeNames(): Promise<{ user: string; name: string }[]> {
    const columns = { user: 'u.name', name: "COALESCE(s.name, '')" };
    return this.reads.table<{ user: string; name: string }>(columns, `FROM spawners s JOIN users u ON u.id = s.user_id WHERE s.id IN (${ACTIVE_IDS})`);
  }

  async countActive(): Promise<number> {
    return countOf(await this.reads.first(`SELECT COUNT(*) AS count FROM (${ACTIVE_IDS}) active`));
  }

  async countNamed(userId: number): Promise<number> {
    return countOf(await this.db('spawners').where({ user_id: userId }).whereNot({ name: '' }).count({ count: '*' }).first());
  }

  /** All named servers there are. */
  async named(): Promise<{ id: number; userId: number; name: string; displayName: string | null; stopped: boolean }[]> {
    const rows = await this.reads.all<JoinedRow>(`${JOINED} WHERE s.name <> '' ORDER BY s.id`);
    return rows.map(toRecord).map(({ id, user, name, displayName, state }) => ({ id, userId: user.id, name, displayName, stopped: state === 'stopped' }));
  }

  async idsByName(userId: number): Promise<Map<string, number>> {
    const rows = await this.reads.all<SpawnerRow>('SELECT id, name FROM spawners WHERE user_id = ? ORDER BY id DESC', userId);
    return new Map(rows.map(({ id, name }) => [name ?? '', id]));
  }

  async groupsOf(userId: number): Promise<string[]> {
    const rows = await this.db('groups').select('groups.name').join('user_group_map as m', 'm.group_id', 'groups.id').where('m.user_id', userId);
    return rows.flatMap(({ name }) => (name === null ? [] : [name]));
  }

  /** Whether somebody is an admin, and their groups with properties. */
  async factsOf(userId: number): Promise<{ admin: UserRow['admin']; groups: { name: string; properties: Record<string, unknown> }[] }> {
    const member = this.db('groups').join('user_group_map as m', 'm.group_id', 'groups.id').where('m.user_id', userId);
    const [user, rows] = await Promise.all([this.db('users').select('admin').where({ id: userId }).first(), member.select('groups.name', 'groups.properties').orderBy('groups.name')]);
    const groups = rows.map(({ name, properties }) => ({ name: name ?? '', properties: fromDbJson<Record<string, unknown>>(properties, {}) }));
    return { admin: user?.admin ?? false, groups };
  }

  /** Scopes of the role `server`. */
  async serverRoleScopes(): Promise<readonly string[]> {
    const role = await this.reads.first<{ scopes: string | null }>("SELECT scopes FROM roles WHERE name = 'server'");
    return fromDbJson(role?.scopes ?? null, []);
  }

  /** Adds a server unless it is there; two requests at a time make one. */
  async create(userId: number, name: string, displayName: string, state: SpawnerState | null = null): Promise<void> {
    await this.#writes.run([create(dialectOf(this.db).integer), userId, name, displayName, state && toDbJson(state), userId, name]);
  }

  async update(id: number, change: { name?: string; displayName?: string; userOptions?: Record<string, unknown> }): Promise<void> {
    await this.db('spawners')
      .where({ id })
      .update({
        ...(change.name !== undefined && { name: change.name }),
        ...(change.displayName !== undefined && { display_name: change.displayName }),
        ...(change.userOptions && { user_options: toDbJson(change.userOptions) }),
      });
  }

  /**
   * Notes that a start has begun.
   * @param before what has to be there already: the OAuth client, and what goes with it
   */
  async recordStart(id: number, start: { at: Date; userOptions: Record<string, unknown>; oauthClientId: string }, before: readonly Statement[]): Promise<void> {
    const at = toDbTime(start.at);
    const row = { id, started: at, last_activity: at, state: '{}', user_options: toDbJson(start.userOptions), oauth_client_id: start.oauthClientId };
    await this.#writes.run(...before, this.#statements.start(row));
  }

  /** Notes what the driver started, and where. */
  async recordProcess(id: number, { state, address, prefix }: { state: SpawnerState; address: ServerAddress; prefix: string }): Promise<void> {
    const { addAddress, process } = this.#statements;
    await this.#writes.run(addAddress({ ...address, base_url: prefix, cookie_name: 'cookie' }), process({ id, state: toDbJson(state) }));
  }

  /** Removes rows of `servers` that belong to no server and no service, as hubs leave them that were killed. */
  async sweep(): Promise<void> {
    const used = this.db('spawners').select('server_id').whereNotNull('server_id');
    const usedByServices = this.db('services').select('_server_id').whereNotNull('_server_id');
    await this.db('servers').whereNotIn('id', used).whereNotIn('id', usedByServices).delete();
  }

  /** Notes how a server that was taken over is found again. */
  async recordAdoption(id: number, { state, memo }: { state: SpawnerState; memo: unknown }): Promise<void> {
    const row = { spawner_id: id, state: 'ready' as const, epoch: 1, updated: toDbTime(new Date()), process: JSON.stringify(memo) };
    await this.db('spawners').where({ id }).update({ state: toDbJson(state) });
    await this.db('elara_server_lifecycle').insert(row).onConflict('spawner_id').merge(['process']);
  }

  /** Notes why a server is being stopped; the stop before is forgotten. */
  async noteStop({ id, warning }: ServerRecord, cause: StopCause): Promise<void> {
    const row = { spawner_id: id, at: toDbTime(new Date()), code: cause.code, stopped_by: cause.by ?? null, detail: stopDetail(cause, warning) };
    await this.#writes.run(this.#statements.cause(row));
  }

  /**
   * Notes that nothing runs any more.
   * @param after what goes with it
   */
  async recordStop(id: number, after: readonly Statement[] = []): Promise<void> {
    const { removeAddress, stop } = this.#statements;
    await this.#writes.run(removeAddress({ id }), stop({ id, last_activity: toDbTime(new Date()) }), ...after);
  }

  /** Forgets servers that do not run; shares of them go with them. */
  async delete(ids: readonly number[]): Promise<void> {
    await this.db.transaction(async (trx) => {
      const rows = trx('spawners').whereIn('id', [...ids]);
      await trx('servers').whereIn('id', rows.clone().select('server_id')).delete();
      await trx('oauth_clients').whereIn('identifier', rows.clone().select('oauth_client_id')).delete();
      await rows.clone().delete();
    });
  }
}

const countOf = (row: unknown): number => Number((row as { count: number | string } | undefined)?.count ?? 0);

function toRecord(row: JoinedRow): ServerRecord {
  return {
    id: row.id,
    user: { id: row.user_id!, name: row.user_name },
    name: row.name ?? '',
    displayName: row.display_name,
    spawnerState: fromDbJson<SpawnerState | null>(row.state, null),
    started: row.started,
    lastActivity: row.last_activity,
    userOptions: fromDbJson<Record<string, unknown> | null>(row.user_options, null),
    oauthClientId: row.oauth_client_id,
    address: row.server_id === null || row.port === null ? null : { proto: row.proto === 'https' ? 'https' : 'http', ip: row.ip ?? '', port: row.port },
    state: effectiveState(row.lifecycle_state, row.server_id !== null),
    epoch: row.epoch ?? 0,
    deadline: row.deadline ?? null,
    since: row.updated ?? null,
    failure: failureOf(row),
    warning: warningOf(row),
    lastStop: lastStopOf(row),
    memo: fromDbJson<unknown>(row.process, null),
  };
}

function failureOf({ failure_code: code, failure }: JoinedRow): Failure | null {
  return code ? { code: code as FailureCode, message: '', detail: '', hint: '', log: [], ...fromDbJson<Partial<Failure>>(failure ?? null, {}) } : null;
}
