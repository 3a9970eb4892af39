import { Global, Module } from '@nestjs/common';
import { Health } from './health.js';
import { News } from './news.js';

/** What changes in the hub, and how its parts are; every resource tells it. */
@Global()
@Module({ providers: [News, Health], exports: [News, Health] })
export class NewsModule {}
