import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, type Database } from '../database/database.js';
import type { ServiceRunRow } from '../database/tables.js';
import { toDbTime } from '../database/values.js';

/** Rows of `elara_service_runs`: queries only. */
@Injectable()
export class ServiceRunsRepository {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  /** The row of a service; a new one when there is none, or a schedule that begins anew when it has been changed. */
  async load(serviceId: number, schedule: string, now: Date): Promise<ServiceRunRow> {
    const begin = { schedule, handled: toDbTime(now) };
    await this.db('elara_service_runs').insert({ service_id: serviceId, number: 0, ...begin }).onConflict('service_id').ignore();
    await this.db('elara_service_runs').where({ service_id: serviceId }).whereNot({ schedule }).update(begin);
    return (await this.db('elara_service_runs').where({ service_id: serviceId }).first())!;
  }

  async save({ service_id, ...columns }: ServiceRunRow): Promise<void> {
    await this.db('elara_service_runs').where({ service_id }).update(columns);
  }
}
