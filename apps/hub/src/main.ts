import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule, type Foundation } from './app.module.js';
import type { RereadConfig } from './config/config.module.js';
import type { HubConfig } from './config/schema.js';
import { hubUrls } from './config/urls.js';
import { openDatabase } from './database/connection.js';
import { parseDbUrl } from './database/db-url.js';
import { openReads } from './database/reads.js';
import { AuditLog } from './audit/audit-log.js';
import { configureBodies, createAdapter, recordRequests } from './http/adapter.js';
import type { RouteTable } from './http/route-table.js';
import { loadCookieSecret } from './identity/cookie-secret.js';
import { UnavailableError } from './errors.js';
import { HubLogger } from './logging.js';
import { ApiDocument } from './openapi/api-document.js';

const sqlLog = new Logger('sql');

export interface HubApp {
  app: NestFastifyApplication;
  /** Every route there is. */
  routes: RouteTable;
  foundation: Foundation;
}

/**
 * Opens what the hub stands on: database and cookie secret.
 * @param reread how a reload reads the config; only a hub that serves needs it
 * @throws StartupError naming the file or server and what to do
 */
export async function layFoundation(config: HubConfig, reread: RereadConfig = cannotReread): Promise<Foundation> {
  const { db_url, debug_db } = config.JupyterHub;
  const onStatement = debug_db ? (sql: string) => sqlLog.debug(sql) : undefined;
  const [db, cookieSecret] = await Promise.all([openDatabase(db_url, onStatement), loadCookieSecret(config.JupyterHub)]);
  return { config, reread, db, reads: await openReads(db, parseDbUrl(db_url), onStatement), cookieSecret };
}

const cannotReread: RereadConfig = () => Promise.reject(new UnavailableError('cannot reload the config: because this program does not serve'));

/** Closes what `layFoundation` opened, once nobody uses it any more. */
export async function closeFoundation({ db, reads }: Foundation): Promise<void> {
  await reads.close();
  await db.destroy();
}

/** Builds the hub, ready to be started by `Startup` or driven by a test; nothing listens yet. */
export async function createHub(foundation: Foundation, logger = new HubLogger(foundation.config.JupyterHub.log_level)): Promise<HubApp> {
  const { config } = foundation;
  const { adapter, routes } = createAdapter(config, hubUrls(config));
  const options = { logger, bodyParser: false, abortOnError: false } as const;
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.with(foundation), adapter, options);
  configureBodies(app);
  const audit = app.get(AuditLog);
  recordRequests(app, (entry) => audit.record(entry));
  await app.init();
  app.get(ApiDocument).describe(app);
  return { app, routes, foundation };
}
