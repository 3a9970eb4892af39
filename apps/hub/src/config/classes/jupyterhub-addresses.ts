import { bindUrl, flag, port, portNumber, text, url } from '../traits.js';
import { z } from 'zod';

/** Where people, the proxy and servers reach the hub. */
export const addressTraits = {
  bind_url: bindUrl(
    'http://:8000',
    'Where the proxy listens for people: http://HOST:PORT/PREFIX/. An empty host means all interfaces.',
  ),
  ip: z.string().optional().describe('Host of bind_url, when given by itself.'),
  port: portNumber.optional().describe('Port of bind_url, when given by itself.'),
  base_url: z.string().optional().describe('Path prefix of bind_url, when given by itself: everything is served below it.'),
  public_url: url(
    '',
    'The address people type, when it differs from bind_url (behind another proxy). Must end with the base URL.',
  ),
  ssl_key: text('', 'File with the TLS key, handed to the proxy.'),
  ssl_cert: text('', 'File with the TLS certificate, handed to the proxy.'),
  hub_ip: text('127.0.0.1', 'Address on which the hub itself listens, behind the proxy.'),
  hub_port: port(8081, 'Port on which the hub itself listens, behind the proxy.'),
  hub_bind_url: bindUrl('', 'hub_ip and hub_port in one: http://HOST:PORT.'),
  hub_connect_ip: text('', 'Host by which the proxy, servers and services reach the hub, when it is not hub_ip.'),
  hub_connect_url: url('', 'Address by which the proxy, servers and services reach the hub: http://HOST:PORT.'),
  hub_routespec: text('', 'Route of the proxy that leads to the hub; the base URL unless set.'),
  trusted_downstream_ips: z
    .array(z.string())
    .default([])
    .describe('Addresses of proxies in front whose X-Forwarded-For entries are believed.'),
  redirect_to_server: flag(true, 'Send people from / to their own server; false: to the home page.'),
};
