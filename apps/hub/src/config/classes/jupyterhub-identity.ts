import { z } from 'zod';
import { flag, integer, secret, set } from '../traits.js';
import { customScope, groupSpec, roleSpec, serviceRecord } from './records.js';

const tokenOwners = z.record(z.string(), z.string()).default({});

/** Services, groups, roles, tokens and sessions. */
export const identityTraits = {
  services: z
    .array(serviceRecord)
    .default([])
    .describe('Services: started and watched by the hub when they have a command, else only known to it.'),
  load_groups: z
    .record(z.string(), groupSpec)
    .default({})
    .describe('Groups made at start: {NAME: {users: [...], properties: {...}}}.'),
  load_roles: z
    .array(roleSpec)
    .default([])
    .describe('Roles made at start: a name, scopes, and the users, groups and services that have them.'),
  custom_scopes: z
    .record(z.string(), customScope)
    .default({})
    .describe('Scopes of your own: {custom:NAME: {description, subscopes}}.'),
  extra_user_scopes: set('Scopes added to the role user.'),
  api_tokens: secret(tokenOwners.describe('Tokens given in advance: {TOKEN: user name}. Better: a service with api_token.')),
  service_tokens: secret(
    tokenOwners.describe('Tokens given in advance: {TOKEN: service name}. Better: api_token of the service.'),
  ),
  trust_user_provided_tokens: flag(
    false,
    'Store the tokens of this file with a fast hash: only for tokens that are long and random.',
  ),
  token_expires_in_max_seconds: integer(0, 'Longest life of tokens made through the API; 0 for no limit.'),
  oauth_token_expires_in: z
    .number()
    .int()
    .min(0)
    .optional()
    .describe('Life of OAuth tokens in seconds; that of the login cookie unless set.'),
  oauth_require_pkce: flag(false, 'Refuse OAuth clients that do not use PKCE.'),
  cookie_max_age_days: z.number().min(0).default(14).describe('Life of the login cookie, in days.'),
  cookie_host_prefix_enabled: flag(false, 'Put __Host- before the names of cookies; needs https.'),
  shutdown_on_logout: flag(false, "Stop a person's servers when they log out."),
  authenticate_prometheus: flag(true, 'Ask for the scope read:metrics at /hub/metrics.'),
};
