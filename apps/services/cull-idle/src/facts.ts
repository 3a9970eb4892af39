import type { ServerFacts } from '#culling';
import type { Server, ServerActivity, User } from '#hub-client';

/** What the list of users tells of a server; JupyterHub tells no more. */
export function listedFacts(user: User, server: Server): ServerFacts {
  return {
    name: server.name,
    groups: user.groups ?? [],
    pending: server.pending,
    ready: server.ready,
    started: moment(server.started),
    lastActivity: moment(server.last_activity),
    warning: warningOf(server.elara?.cull_warning),
  };
}

/** What the hub knows of it, and how it comes to know. */
export function knownFacts({ groups = [] }: User, server: string, known: ServerActivity): ServerFacts {
  const { report, proxy } = known.sources;
  return {
    name: server,
    groups,
    pending: known.pending,
    ready: known.ready,
    started: moment(known.started),
    lastActivity: moment(known.last_activity),
    warning: warningOf(known.warning),
    signals: {
      reported: moment(report.received),
      reportInterval: report.interval,
      proxyRead: moment(proxy.read),
      proxyInterval: proxy.interval,
    },
  };
}

function warningOf(warning: { at: string } | null | undefined): ServerFacts['warning'] {
  const at = moment(warning?.at);
  return at === null ? null : { at };
}

/** A time of the hub in ms since the epoch; without a zone it is UTC. null for none, and for what is no time. */
export function moment(timestamp: string | null | undefined): number | null {
  if (!timestamp) return null;
  const zoned = /(Z|[+-]\d\d:?\d\d)$/i.test(timestamp) ? timestamp : `${timestamp}Z`;
  const at = Date.parse(zoned);
  return Number.isNaN(at) ? null : at;
}

/** Seconds since a time of the hub; undefined when there is none. */
export function secondsSince(timestamp: string | null | undefined, now: number): number | undefined {
  const at = moment(timestamp);
  return at === null ? undefined : (now - at) / 1000;
}
