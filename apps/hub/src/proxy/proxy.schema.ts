import { z } from 'zod';

export const proxyRouteSchema = z.object({
  routespec: z.string(),
  target: z.string(),
  data: z.record(z.string(), z.unknown()).describe('What the route is for: hub, a user and server, or a service'),
});

export const proxyChangeSchema = z.object({ api_url: z.url().optional(), auth_token: z.string().optional() });
