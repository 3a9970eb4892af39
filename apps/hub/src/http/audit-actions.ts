const SERVER = ['/hub/api/users/:user/server', '/hub/api/users/:user/servers/:server'];
const SHARED = [':server', 'server/default'];
const SPAWN = ['/hub/spawn', '/hub/spawn/:user', '/hub/spawn/:user/:server'];

const each = (paths: readonly string[], methods: Record<string, string>): [string, string][] =>
  paths.flatMap((path) => Object.entries(methods).map(([method, action]): [string, string] => [`${method} ${path}`, action]));

/** What each changing route does, in the words of the audit. Of pages only those that are here change anything. */
export const AUDIT_ACTIONS: ReadonlyMap<string, string> = new Map([
  ...each(['/hub/login'], { POST: 'login' }),
  ...each(['/hub/login/code'], { POST: 'login' }),
  ...each(['/hub/signup'], { POST: 'account.sign-up' }),
  ...each(['/hub/change-password'], { POST: 'account.password' }),
  ...each(['/hub/two-factor'], { POST: 'account.two-factor-begin' }),
  ...each(['/hub/two-factor/confirm'], { POST: 'account.two-factor-on' }),
  ...each(['/hub/two-factor/recovery-codes'], { POST: 'account.recovery-codes' }),
  ...each(['/hub/two-factor/disable'], { POST: 'account.two-factor-off' }),
  ...each(SPAWN, { POST: 'server.start' }),
  ...each(['/hub/accept-share'], { POST: 'share.accept' }),
  ...each(['/hub/api/oauth2/authorize'], { POST: 'oauth.consent' }),
  ...each(['/hub/api/oauth2/token'], { POST: 'oauth.token' }),
  ...each(['/hub/api/authorizations/token', '/hub/api/authorizations/token/:token'], { POST: 'token.create' }),
  ...each(['/hub/api/users'], { POST: 'user.create' }),
  ...each(['/hub/api/users/:user'], { POST: 'user.create', PATCH: 'user.change', DELETE: 'user.delete' }),
  ...each(['/hub/api/users/:user/activity'], { POST: 'activity.report' }),
  ...each(['/hub/api/users/:user/admin-access'], { POST: 'server.access' }),
  ...each(SERVER, { POST: 'server.start', PUT: 'server.create', PATCH: 'server.change', DELETE: 'server.stop' }),
  ...each(SERVER.map((path) => `${path}/cull-warning`), { PUT: 'server.warn', DELETE: 'server.unwarn' }),
  ...each(['/hub/api/users/:user/tokens'], { POST: 'token.create' }),
  ...each(['/hub/api/users/:user/tokens/:token'], { DELETE: 'token.revoke' }),
  ...each(SHARED.map((end) => `/hub/api/users/:user/shared/:owner/${end}`), { DELETE: 'share.leave' }),
  ...each(SHARED.map((end) => `/hub/api/groups/:group/shared/:owner/${end}`), { DELETE: 'share.leave' }),
  ...each(SHARED.map((end) => `/hub/api/shares/:user/${end}`), { POST: 'share.grant', PATCH: 'share.revoke', DELETE: 'share.revoke' }),
  ...each(SHARED.map((end) => `/hub/api/share-codes/:user/${end}`), { POST: 'share-code.create', DELETE: 'share-code.revoke' }),
  ...each(['/hub/api/native/accounts/:user'], { DELETE: 'account.remove' }),
  ...each(['/hub/api/native/accounts/:user/approve'], { POST: 'account.approve' }),
  ...each(['/hub/api/native/accounts/:user/password'], { POST: 'account.password' }),
  ...each(['/hub/api/native/accounts/:user/two-factor'], { DELETE: 'account.two-factor-off' }),
  ...each(['/hub/api/groups'], { POST: 'group.create' }),
  ...each(['/hub/api/groups/:group'], { POST: 'group.create', DELETE: 'group.delete' }),
  ...each(['/hub/api/groups/:group/users'], { POST: 'group.add-users', DELETE: 'group.remove-users' }),
  ...each(['/hub/api/groups/:group/properties'], { PUT: 'group.change' }),
  ...each(['/hub/api/services/:service'], { POST: 'service.create', DELETE: 'service.delete' }),
  ...['start', 'stop', 'restart', 'run'].map((command): [string, string] => [`POST /hub/api/services/:service/${command}`, `service.${command}`]),
  ...each(['/hub/api/proxy'], { POST: 'proxy.check', PATCH: 'proxy.change' }),
  ...each(['/hub/api/culling'], { PUT: 'culling.report' }),
  ...each(['/hub/api/reload'], { POST: 'hub.reload' }),
  ...each(['/hub/api/shutdown'], { POST: 'hub.shutdown' }),
]);
