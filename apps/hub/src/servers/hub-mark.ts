import { createHash, randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import { DATABASE, type Database } from '../database/database.js';
import { ONE_ROW } from '../database/dialect.js';
import { describeLocation, parseDbUrl } from '../database/db-url.js';

/** The mark that all servers of this hub carry in their environment, and those of no other hub. */
@Injectable()
export class HubMark {
  #mark?: string;

  constructor(
    @Inject(DATABASE) private readonly db: Database,
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
  ) {}

  /** The same for the life of the database, as long as it stays where it is: a copy of it is another hub's. */
  async get(): Promise<string> {
    this.#mark ??= this.#markOf(await this.#idOfDatabase());
    return this.#mark;
  }

  async #idOfDatabase(): Promise<string> {
    await this.db.raw(`INSERT INTO elara_hub (id) SELECT ? FROM ${ONE_ROW} WHERE NOT EXISTS (SELECT 1 FROM elara_hub)`, [randomUUID()]);
    return (await this.db('elara_hub').orderBy('id').first('id'))!.id;
  }

  #markOf(id: string): string {
    const place = describeLocation(parseDbUrl(this.config.JupyterHub.db_url));
    return createHash('sha256').update(`${id}\n${place}`).digest('hex').slice(0, 32);
  }
}
