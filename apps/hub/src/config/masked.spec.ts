import { expect, it } from 'vitest';
import { masked } from './masked.js';
import { hubConfigSchema } from './schema.js';

it('shows no secret, wherever it stands', () => {
  const config = hubConfigSchema.parse({
    JupyterHub: {
      cookie_secret: 'HUSH',
      api_tokens: { HUSH: 'anna' },
      db_url: 'postgresql://elara:HUSH@localhost/elara',
      services: [
        { name: 'a', api_token: 'HUSH', environment: { AWS_SECRET_ACCESS_KEY: 'HUSH', HTTP_PROXY: 'http://u:HUSH@proxy' } },
      ],
      tornado_settings: { headers: { Authorization: 'HUSH' } },
    },
    DummyAuthenticator: { password: 'HUSH' },
    SharedPasswordAuthenticator: { user_password: 'HUSH HUSH', password_groups: { HUSH: ['g'] } },
    ConfigurableHTTPProxy: { auth_token: 'HUSH' },
    CryptKeeper: { keys: ['HUSH'] },
    Spawner: { environment: { API_TOKEN: 'HUSH', LANG: 'C' } },
  });
  const shown = masked(config);
  expect(JSON.stringify(shown)).not.toContain('HUSH');
  expect(shown['JupyterHub']?.['db_url']).toBe('postgresql://elara:********@localhost/elara');
  expect(shown['Spawner']?.['environment']).toEqual({ API_TOKEN: '********', LANG: 'C' });
});

it('shows what is empty', () => {
  const shown = masked(hubConfigSchema.parse({}));
  expect(shown['ConfigurableHTTPProxy']?.['auth_token']).toBe('');
  expect(shown['JupyterHub']?.['api_tokens']).toEqual({});
});
