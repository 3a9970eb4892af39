import { z } from 'zod';
import { authenticatorClass, proxyClass, spawnerClass } from '../class-names.js';
import { flag, secret, text } from '../traits.js';
import { logLevel } from '../log-level.js';
import { tornadoSettings } from './tornado-settings.js';

/** The hub's process: drivers, database, files, what a stop takes along. */
export const processTraits = {
  authenticator_class: authenticatorClass,
  spawner_class: spawnerClass,
  proxy_class: proxyClass,
  db_url: text(
    'sqlite:///jupyterhub.sqlite',
    'The database: sqlite:///FILE, postgresql://USER:PASSWORD@HOST/NAME, mysql://USER:PASSWORD@HOST/NAME (also MariaDB), or the name of a SQLite file.',
  ),
  debug_db: flag(false, 'Log every SQL statement, without its values, at level DEBUG.'),
  upgrade_db: flag(false, 'Bring the database of an earlier JupyterHub up to date at start (a SQLite file is copied first).'),
  reset_db: flag(false, 'Drop all tables at start. Everything in them is lost (a SQLite file is copied first).'),
  answer_yes: flag(false, 'Answer yes to every question on the command line.'),
  pid_file: text('', 'File that holds the process id of the hub while it runs.'),
  log_level: logLevel,
  cleanup_servers: flag(false, 'Stop all servers of users when the hub stops.'),
  cleanup_proxy: flag(false, 'Stop the proxy when the hub stops.'),
  cookie_secret: secret(z.string().default('').describe('Secret that signs cookies, in hex. Better kept in cookie_secret_file.')),
  cookie_secret_file: text('jupyterhub_cookie_secret', 'File with the secret that signs cookies; made at the first start.'),
  tornado_settings: tornadoSettings,
};
