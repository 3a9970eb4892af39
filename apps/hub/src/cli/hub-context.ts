import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../app.module.js';
import type { HubConfig } from '../config/schema.js';
import { HubLogger } from '../logging.js';
import { closeFoundation, layFoundation } from '../main.js';

/**
 * Works with the parts of a hub, on its database, that neither listens nor starts anything.
 * @throws StartupError when the database or the cookie secret cannot be used
 */
export async function withHubContext<T>(config: HubConfig, work: (context: INestApplicationContext) => Promise<T>): Promise<T> {
  const foundation = await layFoundation(config);
  const context = await NestFactory.createApplicationContext(AppModule.with(foundation), { logger: new HubLogger('WARNING'), abortOnError: false });
  try {
    return await work(context);
  } finally {
    await context.close();
    await closeFoundation(foundation);
  }
}
