import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, type Database } from '../database/database.js';
import { insertRow } from '../database/insert.js';
import type { ServerRow, ServiceRow } from '../database/tables.js';
import { toDbJson } from '../database/values.js';
import type { ServiceSpec } from './service-spec.js';

/** Rows of `services`, and the `servers` rows that belong to them: queries only. */
@Injectable()
export class ServicesRepository {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  async all(): Promise<ServiceRow[]> {
    return this.db('services').orderBy('id');
  }

  async byId(id: number): Promise<ServiceRow | undefined> {
    return this.db('services').where({ id }).first();
  }

  async byName(name: string): Promise<ServiceRow | undefined> {
    return this.db('services').where({ name }).first();
  }

  /** Makes or updates the row of that name; a key that the description lacks leaves its column as it is. */
  async save(spec: ServiceSpec, fromConfig: boolean): Promise<ServiceRow> {
    const columns = { ...columnsOf(spec), from_config: fromConfig };
    await this.db('services').insert({ name: spec.name, ...columns }).onConflict('name').merge(columns);
    return (await this.byName(spec.name))!;
  }

  async setClient(id: number, oauthClientId: string | null): Promise<void> {
    await this.db('services').where({ id }).update({ oauth_client_id: oauthClientId });
  }

  /** Gives a service a new `servers` row, or none. */
  async replaceServer(row: ServiceRow, server?: Omit<ServerRow, 'id'>): Promise<void> {
    await this.db.transaction(async (trx) => {
      const made = server ? await insertRow(trx, 'servers', server) : null;
      await trx('services').where({ id: row.id }).update({ _server_id: made });
      if (row._server_id !== null) await trx('servers').where({ id: row._server_id }).delete();
    });
  }

  /** Its tokens go by foreign key; its OAuth client must be removed apart. */
  async remove(row: Pick<ServiceRow, 'id' | '_server_id'>): Promise<void> {
    await this.db.transaction(async (trx) => {
      await trx('services').where({ id: row.id }).delete();
      if (row._server_id !== null) await trx('servers').where({ id: row._server_id }).delete();
    });
  }
}

function columnsOf(spec: ServiceSpec): Partial<ServiceRow> {
  const columns = {
    admin: spec.admin ?? false,
    url: spec.url,
    oauth_client_allowed_scopes: jsonOf(spec.oauth_client_allowed_scopes),
    info: jsonOf(spec.info),
    display: spec.display,
    oauth_no_confirm: spec.oauth_no_confirm,
    command: jsonOf(spec.command),
    cwd: spec.cwd,
    environment: jsonOf(spec.environment),
    user: spec.user,
    timeout: spec.timeout,
  };
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined));
}

const jsonOf = (value: unknown): string | undefined => (value === undefined ? undefined : toDbJson(value));
