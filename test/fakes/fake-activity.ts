import type { Server, ServerActivity, User } from '#hub-client';

/** What a hub that was told of everything just now would say of a server. */
export function fakeActivity(user: User, server: Server, fields: Partial<ServerActivity> = {}): ServerActivity {
  const now = new Date().toISOString();
  const { warning = null } = { warning: (server.elara as { cull_warning?: ServerActivity['warning'] } | undefined)?.cull_warning };
  return {
    server: `${user.name}/${server.name}`,
    text: '',
    now,
    ready: server.ready,
    pending: null,
    started: server.started,
    age: null,
    last_activity: server.last_activity,
    idle: null,
    stale: false,
    freshness: '',
    sources: {
      proxy: { last: server.last_activity, age: null, read: now, interval: 300 },
      report: { last: null, age: null, received: null, interval: 300 },
      api: { last: server.started, age: null },
    },
    warning,
    verdicts: [],
    ...fields,
  };
}
