import { describe, expect, it } from 'vitest';
import type { User } from '#hub-client';
import { judgeUser } from './users.js';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const ago = (seconds: number) => new Date(NOW - seconds * 1000).toISOString();
const spare = { cullAdminUsers: false };

describe('judgeUser', () => {
  it.each<[string, Partial<User>, { cullAdminUsers?: boolean; max_age?: number }, boolean, string]>([
    ['active', { last_activity: ago(1), created: ago(9_999) }, {}, false, 'idle for 00:00:01'],
    ['idle', { last_activity: ago(700), created: ago(9_999) }, {}, true, 'idle limit is 00:10:00'],
    ['never active: since created', { last_activity: null, created: ago(700) }, {}, true, 'idle for 00:11:40'],
    ['new', { last_activity: null, created: ago(7) }, {}, false, 'idle for 00:00:07'],
    ['times not shown', {}, {}, false, 'the hub does not tell'],
    ['idle admin', { admin: true, last_activity: ago(700) }, {}, true, 'idle limit'],
    ['idle admin, admins spared', { admin: true, last_activity: ago(700) }, spare, false, 'admins are not culled when idle'],
    ['old admin, admins spared', { admin: true, last_activity: ago(700), created: ago(999) }, { ...spare, max_age: 900 }, true, 'age limit'],
  ])('%s', (_what, fields, { cullAdminUsers = true, max_age = null }, remove, reason) => {
    const verdict = judgeUser({ kind: 'user', name: 'ana', ...fields }, { timeout: 600, cullAdminUsers, policy: { max_age } }, NOW);
    expect(verdict).toEqual({ delete: remove, reason: expect.stringContaining(reason) as unknown });
  });
});
