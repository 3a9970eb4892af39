import { expect, test } from 'vitest';
import type { AuditModel } from '../audit/audit.model.js';
import { historyLine } from './account-history.js';

const RECORD: AuditModel = {
  id: 1,
  time: '2026-11-20T12:00:00.000000Z',
  actor: { kind: 'user', name: 'ada' },
  on_behalf_of: null,
  via: 'session 0123',
  address: '192.0.2.1',
  method: 'POST',
  route: '/hub/api/users/:user/servers/:server',
  action: 'server.start',
  target: { kind: 'server', name: 'ada/lab' },
  status: 201,
  outcome: 'ok',
  reason: null,
};

test('what one did oneself', () => {
  expect(historyLine(RECORD, 'ada')).toEqual({
    ...{ time: RECORD.time, what: 'Started a server', who: 'you', about: 'lab', from: '192.0.2.1, session 0123', outcome: 'ok', reason: '' },
  });
});

test.each<[AuditModel['actor'], string | null, string]>([
  [{ kind: 'user', name: 'boss' }, null, 'boss'],
  [{ kind: 'service', name: 'cull-idle' }, null, 'service cull-idle'],
  [{ kind: 'server', name: 'ada/' }, 'ada', 'server ada/, for you'],
  [{ kind: 'anonymous', name: '' }, null, 'somebody who was not logged in'],
  [{ kind: 'hub', name: '' }, null, 'the hub'],
])('%o for %s is %s', (actor, on_behalf_of, who) => {
  expect(historyLine({ ...RECORD, actor, on_behalf_of }, 'ada').who).toBe(who);
});

test.each<[AuditModel['target'], string]>([
  [null, ''],
  [{ kind: 'user', name: 'ada' }, ''],
  [{ kind: 'server', name: 'ada/' }, 'default server'],
  [{ kind: 'server', name: 'grace/lab' }, 'lab of grace'],
  [{ kind: 'group', name: 'staff' }, 'group staff'],
])('%o is called "%s"', (target, about) => {
  expect(historyLine({ ...RECORD, target }, 'ada').about).toBe(about);
});

test('an action without words is named by its code, and a denial says why', () => {
  const denied = historyLine({ ...RECORD, action: 'user.paint', outcome: 'denied', reason: 'no scope', via: null, address: null }, 'ada');
  expect(denied).toMatchObject({ what: 'user.paint', outcome: 'denied', reason: 'no scope', from: '' });
});
