import { compiled } from '../database/compiled.js';
import type { Database } from '../database/database.js';
import { writesTo } from '../database/writes.js';

const ADDRESS = ['proto', 'ip', 'port', 'base_url', 'cookie_name'] as const;
const STARTED = ['started', 'last_activity', 'state', 'user_options', 'oauth_client_id'] as const;
const CAUSE = ['spawner_id', 'at', 'code', 'stopped_by', 'detail'] as const;

/** What every start and stop writes of its server, built once for each database. */
export const serverStatements = (db: Database) => ({
  start: compiled(['id', ...STARTED], ({ id, ...row }) => db('spawners').where({ id }).update(row)),
  addAddress: compiled(ADDRESS, (row) => db('servers').insert(row)),
  /** Comes right after `addAddress`. */
  process: compiled(['id', 'state'], ({ id, state }) => db('spawners').where({ id }).update({ state, server_id: db.raw(writesTo(db).lastId) })),
  cause: compiled(CAUSE, (row) => db('elara_server_stops').insert(row).onConflict('spawner_id').merge()),
  removeAddress: compiled(['id'], ({ id }) => db('servers').whereIn('id', db('spawners').select('server_id').where({ id })).delete()),
  stop: compiled(['id', 'last_activity'], ({ id, last_activity }) =>
    db('spawners').where({ id }).update({ server_id: null, started: null, state: '{}', last_activity }),
  ),
});
