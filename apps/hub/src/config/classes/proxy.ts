import { z } from 'zod';
import { command, flag, integer, seconds, secret, text, url } from '../traits.js';

/** `Proxy.*`: what holds for every proxy. */
export const proxyTraits = {
  should_start: flag(true, 'Start and watch the proxy; false: it runs by itself, and auth_token has to be given.'),
  extra_routes: z.record(z.string(), z.string()).default({}).describe('Further routes: {/path/: http://host:port}.'),
};

/** `ConfigurableHTTPProxy.*` */
export const configurableHttpProxyTraits = {
  command: command(['configurable-http-proxy'], 'Program of the proxy, with its arguments; the installed one unless set.'),
  api_url: url('http://127.0.0.1:8001', "Address of the proxy's own API."),
  auth_token: secret(
    z.string().default('').describe('Token of that API; from the environment (CONFIGPROXY_AUTH_TOKEN), or made, unless set.'),
  ),
  check_running_interval: seconds(1, 'Seconds between two looks whether the proxy still has its routes.'),
  concurrency: integer(10, 'Most requests to the API at a time.', 1),
  debug: flag(false, 'Let the proxy log more.'),
  log_level: text('info', 'What the proxy logs: debug, info, warn or error.'),
  pid_file: text('jupyterhub-proxy.pid', 'File with the process id of the proxy.'),
};
