import { Inject, Injectable } from '@nestjs/common';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import { withoutSql } from '../database/outages.js';
import { DATABASE, type Database } from '../database/database.js';
import { type DatabaseKind, kindOf } from '../database/dialect.js';
import { nameOfLocation, parseDbUrl } from '../database/db-url.js';
import { messageOf } from '../errors.js';
import { Health } from '../news/health.js';

const VERSIONS: Readonly<Record<DatabaseKind, string>> = { sqlite: 'sqlite_version()', postgresql: "current_setting('server_version')", mysql: 'VERSION()' };

export interface DatabaseModel {
  kind: DatabaseKind;
  /** null until it has answered. */
  version: string | null;
  /** Its file, or its server without user and password. */
  location: string;
}

/** Which database there is, and whether it answers. */
@Injectable()
export class DatabaseInfo {
  #version: string | null = null;

  constructor(
    @Inject(DATABASE) private readonly db: Database,
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    private readonly health: Health,
  ) {}

  get model(): DatabaseModel {
    const location = parseDbUrl(this.config.JupyterHub.db_url);
    return { kind: location.kind, version: this.#version, location: nameOfLocation(location) };
  }

  /** One step of the loop that looks whether it answers; what is wrong is told, not thrown. */
  async look(): Promise<void> {
    try {
      const row = (await this.db.select(this.db.raw(`${VERSIONS[kindOf(this.db)]} AS version`)).first()) as { version: string };
      this.#version = row.version;
      this.health.tell('database');
    } catch (error) {
      this.health.tell('database', messageOf(withoutSql(error)));
    }
  }
}
