import { describe, expect, it } from 'vitest';
import { defaultConfig } from '../config/schema.js';
import { hubUrls } from '../config/urls.js';
import type { FailureCode } from '../spawners/spawn-error.js';
import type { ServerModel } from '../servers/server.model.js';
import { serverView } from './server-view.js';

const urls = hubUrls(defaultConfig());
const failure = (code: FailureCode) => ({ failure: { code, message: 'no', detail: '', hint: '', log: [] } });
const model = (change: Partial<ServerModel>): ServerModel =>
  ({ name: 'lab', display_name: null, ready: false, pending: null, stopped: true, started: null, last_activity: null, ...change }) as ServerModel;

describe('serverView', () => {
  it.each([
    [undefined, 'stopped', false, false],
    [model({}), 'stopped', false, false],
    [model({ ready: true, elara: failure('internal') }), 'ready', true, false],
    [model({ pending: 'spawn', elara: failure('exited-early') }), 'spawn', true, false],
    [model({ pending: 'stop', elara: failure('exited-early') }), 'stop', true, true],
    [model({ elara: failure('exited-early') }), 'failed', false, true],
    [model({ elara: failure('cancelled') }), 'stopped', false, false],
  ])('%# is %s', (given, state, active, fails) => {
    const view = serverView({ name: 'amy' }, 'lab', given, urls);
    expect(view).toMatchObject({ state, active });
    expect(view.failure !== null).toBe(fails);
  });

  it('carries any name safely in its addresses', () => {
    const view = serverView({ name: 'a b/ü?' }, '../x', undefined, urls);
    expect(view.spawn_url).toBe('/hub/spawn/a%20b%2F%C3%BC%3F/..%2Fx');
    expect(view.url).toBe('/user/a%20b%2F%C3%BC%3F/..%2Fx/');
  });

  it('reads the times of the API', () => {
    const view = serverView({ name: 'amy' }, '', model({ started: '2026-03-01T12:00:00.000000Z' }), urls);
    expect(view.started?.isoformat()).toBe('2026-03-01T12:00:00.000');
    expect(view.last_activity).toBeNull();
  });
});
