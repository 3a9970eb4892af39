import type { Knex } from 'knex';
import type {} from './native-account-row.js';
import type {} from './tables.js';

/** Injection token of the one Knex instance: `constructor(@Inject(DATABASE) private readonly db: Database)`. */
export const DATABASE = Symbol('DATABASE');

export type Database = Knex;
