import { Global, Module } from '@nestjs/common';
import { News } from './news.js';

/** What changes in the hub; every resource tells it. */
@Global()
@Module({ providers: [News], exports: [News] })
export class NewsModule {}
