import { expect, test } from 'vitest';
import { hubConfigSchema } from '../config/schema.js';
import { shownConfig } from './shown-config.js';

test('what was changed is marked, secrets are masked, and what is inherited stands once', () => {
  const shown = shownConfig(
    hubConfigSchema.parse({
      JupyterHub: { db_url: 'postgresql://hub:hunter2@db/hub', concurrent_spawn_limit: 7 },
      DummyAuthenticator: { password: 'hunter2' },
      Spawner: { mem_limit: '1G' },
      LocalProcessSpawner: { mem_limit: '1G' },
      SimpleLocalProcessSpawner: { mem_limit: '1G', http_timeout: 99 },
    }),
  );
  expect(JSON.stringify(shown)).not.toContain('hunter2');
  expect(shown.JupyterHub).toMatchObject({
    db_url: { value: 'postgresql://hub:********@db/hub', changed: true },
    concurrent_spawn_limit: { value: 7, changed: true },
    active_server_limit: { value: 0, changed: false },
  });
  expect(shown.DummyAuthenticator!.password).toEqual({ value: '********', changed: true });
  expect(shown.Spawner!.mem_limit).toEqual({ value: 1024 ** 3, changed: true });
  expect(shown.SimpleLocalProcessSpawner).toMatchObject({ http_timeout: { value: 99, changed: true } });
  expect(shown.SimpleLocalProcessSpawner).not.toHaveProperty('mem_limit');
});

test('without a config, nothing is changed', () => {
  const traits = Object.values(shownConfig(hubConfigSchema.parse({}))).flatMap((section) => Object.values(section));
  expect(traits.length).toBeGreaterThan(100);
  expect(traits.filter(({ changed }) => changed)).toEqual([]);
});
