import { Inject, Injectable } from '@nestjs/common';
import type { Knex } from 'knex';
import { DATABASE, type Database } from '../database/database.js';
import { insertRows } from '../database/insert.js';
import type { ShareCodeRow } from '../database/tables.js';
import { fromDbJson, toDbJson, toDbTime } from '../database/values.js';
import { scopesOnServer } from '../identity/shared-scopes.js';
import { hashToken, PREFIX_LENGTH, tokenMatches } from '../identity/token-hash.js';
import type { ShareCode } from './share-code.model.js';
import { fullName, onLivingServers, type OnServers, onServersColumns, SERVER_COLUMNS, sharedServer, type SharedServer, type SharedServerColumns } from './shared-server.js';

/** 32 random bytes in base64url. */
const SECRET = /^[\w-]{43}$/;

type JoinedRow = ShareCodeRow & SharedServerColumns;

/** Queries on share codes; none sees what has expired. Of a secret, only the hash is stored. */
@Injectable()
export class ShareCodesRepository {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  async list(where: OnServers, offset: number, limit: number): Promise<{ codes: ShareCode[]; total: number }> {
    const living = () => onLivingServers(this.db('share_codes as s')).where(onServersColumns(where));
    const [counted] = (await living().count({ total: '*' })) as { total: number | string }[];
    const rows: JoinedRow[] = await shown(living()).orderBy('s.id').offset(offset).limit(limit);
    return { codes: rows.map(toShareCode), total: Number(counted!.total) };
  }

  async bySecret(secret: string): Promise<ShareCode | undefined> {
    if (!SECRET.test(secret)) return undefined;
    const candidates: JoinedRow[] = await shown(onLivingServers(this.db('share_codes as s')).where('s.prefix', secret.slice(0, PREFIX_LENGTH)));
    const row = candidates.find(({ hashed }) => tokenMatches(secret, hashed));
    return row && toShareCode(row);
  }

  async byId(id: number): Promise<ShareCode | undefined> {
    const row: JoinedRow | undefined = await shown(onLivingServers(this.db('share_codes as s')).where('s.id', id)).first();
    return row && toShareCode(row);
  }

  async insert(server: SharedServer, secret: string, scopes: readonly string[], expiresAt: Date): Promise<ShareCode> {
    const code: Omit<ShareCodeRow, 'id' | 'last_exchanged_at'> = {
      created_at: toDbTime(new Date()),
      scopes: toDbJson(scopes),
      expires_at: toDbTime(expiresAt),
      hashed: hashToken(secret),
      prefix: secret.slice(0, PREFIX_LENGTH),
      exchange_count: 0,
      owner_id: server.owner.id,
      spawner_id: server.id,
    };
    const [row] = await insertRows<ShareCodeRow>(this.db, 'share_codes', [code], 'hashed');
    return shareCode(row!, server);
  }

  /** Notes an exchange. @returns whether the code is still there */
  async noteExchange(id: number, db: Database): Promise<boolean> {
    const noted = await db('share_codes')
      .where({ id })
      .update({ exchange_count: db.raw('COALESCE(exchange_count, 0) + 1'), last_exchanged_at: toDbTime(new Date()) });
    return noted > 0;
  }

  async delete(id: number): Promise<void> {
    await this.db('share_codes').where({ id }).delete();
  }

  async deleteOfServer(serverId: number): Promise<void> {
    await this.db('share_codes').where('spawner_id', serverId).delete();
  }

  /** @returns how many went */
  async purgeExpired(now: Date): Promise<number> {
    return this.db('share_codes').where('expires_at', '<', toDbTime(now)).delete();
  }
}

const shown = (codes: Knex.QueryBuilder): Knex.QueryBuilder =>
  codes.leftJoin('elara_server_lifecycle as l', 'l.spawner_id', 'sp.id').select('s.*', ...SERVER_COLUMNS);

const toShareCode = (row: JoinedRow): ShareCode => shareCode(row, sharedServer(row));

function shareCode(row: ShareCodeRow, server: SharedServer): ShareCode {
  return {
    id: row.id,
    server,
    scopes: scopesOnServer(fromDbJson<string[]>(row.scopes, []), fullName(server)),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    exchangeCount: row.exchange_count ?? 0,
    lastExchangedAt: row.last_exchanged_at,
  };
}
