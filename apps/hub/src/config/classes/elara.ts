import { z } from 'zod';
import { cron, integer, list, seconds, text } from '../traits.js';

/** `Elara.*`: what JupyterHub does not have. */
export const elaraTraits = {
  log_dir: text('logs', 'Folder of the output of servers and services, relative to the working directory.'),
  log_max_bytes: integer(10 * 1024 * 1024, 'Size at which such a file is put aside, in bytes.', 1024),
  log_keep: integer(3, 'How many files put aside are kept.'),
  audit_retention_days: integer(90, 'Days for which the audit keeps who did what; 0 keeps all.'),
  audit_skip: list([], 'Actions that leave no record when they succeed, e.g. activity.report, which every server sends every few minutes.'),
  max_body_bytes: integer(2 * 1024 * 1024, 'Largest body of a request, in bytes.', 1024),
  login_failures_per_account: integer(
    10,
    'How many logins to one account may fail within login_failure_window before more are refused; browsers that have logged in to it before are counted by themselves. 0 for no limit.',
  ),
  login_failures_per_address: integer(100, 'The same for all logins from one address (of IPv6: from one /64 network). 0 for no limit.'),
  login_failure_window: seconds(600, 'Seconds in which as many failed logins are forgotten as are allowed.', 1),
  purge_schedule: cron('17 * * * *', 'When expired tokens, codes and shares are deleted: five fields as in crontab; empty for never.'),
  spawn_queue_limit: integer(
    0,
    'How many starts may wait for their turn when concurrent_spawn_limit is reached; 0: none waits, and the request answers 429.',
  ),
  spawn_queue_timeout: seconds(1800, 'Seconds that a start may wait for its turn.'),
  orphan_policy: z
    .enum(['report', 'adopt', 'reap'])
    .default('report')
    .describe('What to do with servers of this hub that run without a row in its database: say so, take them over if they answer, or end them.'),
  orphan_check_interval: seconds(300, 'Seconds between two looks for such servers; 0 for none.'),
  hook_timeout: seconds(60, 'Seconds that each function of the config may take when a server starts or stops; those that pages wait for have ten at most.', 1),
  service_start_limit: integer(0, 'Restarts in a row after which a service counts as failed; 0 for no limit.'),
};
