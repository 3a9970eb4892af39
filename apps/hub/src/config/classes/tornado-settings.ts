import { z } from 'zod';
import { integer, seconds } from '../traits.js';

const cookieOptions = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

/** The keys of `JupyterHub.tornado_settings` that operators use (the name is JupyterHub's). */
export const tornadoSettingsTraits = {
  headers: z.record(z.string(), z.string()).default({}).describe('Headers added to every answer of the hub.'),
  cookie_options: cookieOptions.default({}).describe('Attributes of all cookies, e.g. {SameSite: None, Secure: true}.'),
  xsrf_cookie_kwargs: cookieOptions.default({}).describe('Attributes of the XSRF cookie.'),
  csp_report_uri: z.string().optional().describe('Where browsers report violations of the content security policy.'),
  slow_spawn_timeout: seconds(10, 'How long a request waits for a server to start before it answers "pending".'),
  slow_stop_timeout: seconds(10, 'How long a request waits for a server to stop before it answers "pending".'),
  spawn_throttle_retry_range: z
    .tuple([z.number().min(0), z.number().min(0)])
    .default([30, 60])
    .describe('Least and most seconds after which someone turned away by concurrent_spawn_limit is told to try again.'),
  user_redirect_limit: integer(4, 'How often a browser is sent round while its server is being routed.'),
};

export const tornadoSettings = z
  .strictObject(tornadoSettingsTraits)
  .prefault({})
  .describe('Low-level settings of the web server.');
