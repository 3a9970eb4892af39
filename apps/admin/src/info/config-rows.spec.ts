import { expect, it } from 'vitest';
import { configRows } from './config-rows.js';

const CONFIG = {
  JupyterHub: { bind_url: { value: 'http://:8000', changed: true }, services: { value: [{ name: 'a' }], changed: true }, port: { value: 8000, changed: false } },
  Spawner: { cmd: { value: [], changed: false } },
};
const keys = (search: string, changedOnly: boolean) => configRows(CONFIG, { search, changedOnly }).map(({ key }) => key);

it('lists what is in force, all or what was changed', () => {
  expect(keys('', false)).toEqual(['JupyterHub.bind_url', 'JupyterHub.services', 'JupyterHub.port', 'Spawner.cmd']);
  expect(keys('', true)).toEqual(['JupyterHub.bind_url', 'JupyterHub.services']);
});

it('finds keys and values', () => {
  expect(keys('SPAWNER', false)).toEqual(['Spawner.cmd']);
  expect(keys('8000 ', false)).toEqual(['JupyterHub.bind_url', 'JupyterHub.port']);
});

it('writes values on one line', () => {
  expect(configRows(CONFIG, { search: 'services', changedOnly: false })[0]!.value).toBe('[ { "name": "a" } ]');
});
