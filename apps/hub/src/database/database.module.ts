import { type DynamicModule, Module } from '@nestjs/common';
import { DATABASE, type Database } from './database.js';
import { READS, type Reads } from './reads.js';

@Module({})
export class DatabaseModule {
  /** Makes an open database injectable everywhere; whoever opened it closes it. */
  static with(db: Database, reads: Reads): DynamicModule {
    const providers = [
      { provide: DATABASE, useValue: db },
      { provide: READS, useValue: reads },
    ];
    return { module: DatabaseModule, global: true, providers, exports: [DATABASE, READS] };
  }
}
