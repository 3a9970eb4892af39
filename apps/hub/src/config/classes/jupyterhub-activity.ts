import { z } from 'zod';
import type { NamedServerLimit } from '../hooks/functions.js';
import { callable, flag, integer, seconds, text } from '../traits.js';

/** Limits, named servers and periodic work. */
export const activityTraits = {
  allow_named_servers: flag(false, 'Let people have several servers, each with a name.'),
  named_server_limit_per_user: z
    .union([z.number().int().min(0), callable<NamedServerLimit>('NamedServerLimit')])
    .default(0)
    .describe('Most named servers of one person, stopped ones included; 0 for no limit. In a JavaScript config also a function of the request.'),
  allow_existing_invalid_named_servers: z
    .enum(['allow-start', 'allow-delete', 'autorename'])
    .default('allow-start')
    .describe('What to do with servers whose names were made before the rules of today.'),
  default_server_name: text('', 'The named server that / leads to, instead of the unnamed one.'),
  active_server_limit: integer(0, 'Most servers that run at a time; 0 for no limit.'),
  concurrent_spawn_limit: integer(100, 'Most servers that are being started at a time; 0 for no limit.'),
  init_spawners_timeout: seconds(10, 'Seconds that the start waits for running servers to be looked at; the rest follows in the background. -1: a day.', -1),
  activity_resolution: integer(30, 'Seconds within which a further activity of the same token or person is not written again.'),
  last_activity_interval: seconds(300, 'Seconds between two readings of the activity that the proxy saw.'),
  service_check_interval: seconds(60, 'Seconds between two checks that services answer.'),
  api_page_default_limit: integer(50, 'Entries on a page of a list of the API, unless the request says.', 1),
  api_page_max_limit: integer(200, 'Most entries on a page of a list of the API.', 1),
  use_legacy_stopped_server_status_code: flag(false, 'Answer 503 instead of 424 for servers that do not run.'),
};
