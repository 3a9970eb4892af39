import { Inject, Injectable } from '@nestjs/common';
import type { Knex } from 'knex';
import { DATABASE, type Database } from '../../database/database.js';
import { READS, type Reads } from '../../database/reads.js';
import type { NativeAccountRow } from '../../database/native-account-row.js';
import { toDbTime } from '../../database/values.js';
import { ConflictError } from '../../errors.js';

export interface NewAccount {
  name: string;
  /** Its hash. */
  password: string;
  approved: boolean;
  approved_by?: string | null;
  email?: string | null;
  totp_secret?: string | null;
}

export type AccountChanges = Partial<Omit<NativeAccountRow, 'id' | 'created' | 'changed'>>;

export interface AccountQuery {
  /** Undefined: all. */
  approved?: boolean;
  offset: number;
  limit: number;
}

/** An account, and whether there is a user of its name already. */
export type ListedAccount = NativeAccountRow & { user_id: number | null };

/** Rows of `elara_native_accounts`: queries only. */
@Injectable()
export class NativeAccounts {
  constructor(
    @Inject(DATABASE) private readonly db: Database,
    @Inject(READS) private readonly reads: Reads,
  ) {}

  /** @param name as the user is called */
  byName(name: string): Promise<NativeAccountRow | undefined> {
    return this.reads.first<NativeAccountRow>('SELECT * FROM elara_native_accounts WHERE name = ?', name);
  }

  /** One page, those who came first before the others, and how many there are in all. */
  async list({ approved, offset, limit }: AccountQuery): Promise<{ rows: ListedAccount[]; total: number }> {
    const selected = () => this.db('elara_native_accounts').where((query) => (approved === undefined ? query : query.where({ approved })));
    const rows = await withUser(selected()).orderBy('elara_native_accounts.id').offset(offset).limit(limit);
    const [counted] = (await selected().count('* as total')) as { total: number | string }[];
    return { rows: rows as ListedAccount[], total: Number(counted!.total) };
  }

  async listed(name: string): Promise<ListedAccount | undefined> {
    const [row] = await withUser(this.db('elara_native_accounts').where('elara_native_accounts.name', name));
    return row as ListedAccount | undefined;
  }

  /** @throws ConflictError when the name has one already */
  async insert(account: NewAccount): Promise<void> {
    const now = toDbTime(new Date());
    try {
      await this.db('elara_native_accounts').insert({ ...account, created: now, changed: now });
    } catch (error) {
      if (await this.byName(account.name)) throw new ConflictError(`There is an account ${account.name} already`, { cause: error });
      throw error;
    }
  }

  /**
   * @param expected what must still be so for the change to be made
   * @returns whether it was made
   */
  async update(name: string, changes: AccountChanges, expected: AccountChanges = {}, db: Database = this.db): Promise<boolean> {
    const isOwn = 'password' in changes || 'totp_secret' in changes;
    return (await db('elara_native_accounts').where({ name, ...expected }).update({ ...changes, ...(isOwn && { changed: toDbTime(new Date()) }) })) > 0;
  }

  /** Notes that the code of a time step was used. @returns whether neither it nor a later one was used before */
  async useStep(name: string, step: number): Promise<boolean> {
    const fresh = this.db('elara_native_accounts').where({ name }).where((query) => query.whereNull('totp_step').orWhere('totp_step', '<', step));
    return (await fresh.update({ totp_step: step })) > 0;
  }

  /** Whether anybody of these names has come in. */
  async hasApproved(names: readonly string[]): Promise<boolean> {
    return (await this.db('elara_native_accounts').where({ approved: true }).whereIn('name', names).first('id')) !== undefined;
  }

  async remove(name: string): Promise<boolean> {
    return (await this.db('elara_native_accounts').where({ name }).delete()) > 0;
  }
}

const withUser = (accounts: Knex.QueryBuilder) => accounts.leftJoin('users', 'users.name', 'elara_native_accounts.name').select('elara_native_accounts.*', 'users.id as user_id');
