import { type DynamicModule, Module } from '@nestjs/common';
import { DATABASE, type Database } from './database.js';

@Module({})
export class DatabaseModule {
  /** Makes an open database injectable everywhere; whoever opened it closes it. */
  static with(db: Database): DynamicModule {
    return { module: DatabaseModule, global: true, providers: [{ provide: DATABASE, useValue: db }], exports: [DATABASE] };
  }
}
