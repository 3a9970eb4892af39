import { z } from 'zod';

export const oauthTokenRequestSchema = z.object({
  grant_type: z.literal('authorization_code'),
  client_id: z.string(),
  client_secret: z.string(),
  code: z.string(),
  redirect_uri: z.string().optional(),
  code_verifier: z.string().optional(),
});

export const oauthTokenSchema = z.object({
  access_token: z.string(),
  token_type: z.string(),
  expires_in: z.int().describe('Seconds'),
  scope: z.string().optional(),
  refresh_token: z.string().optional(),
});

export const oauthErrorSchema = z.object({ error: z.string(), error_description: z.string().optional() });

export const confirmationSchema = z.object({ scopes: z.string().optional().describe('Repeated, one for each scope that is granted'), _xsrf: z.string() });
