import type { Server, User } from '#hub-client';

/** When something is culled; times in seconds. */
export interface CullPolicy {
  /** Culled when not in use for this long. */
  timeout: number;
  /** Culled when this old, whatever its use and kind; 0 is off. */
  maxAge: number;
  cullUsers: boolean;
  cullAdminUsers: boolean;
  cullDefaultServers: boolean;
  cullNamedServers: boolean;
}

/** What is to be done, and why, in words for the log. */
export interface Verdict {
  cull: boolean;
  reason: string;
}

/**
 * Whether a server is to be stopped.
 *
 * @param now milliseconds since the epoch
 */
export function judgeServer(server: Server, policy: CullPolicy, now: number): Verdict {
  if (server.pending) return keep(`its ${server.pending} is pending`);
  if (!server.ready) return keep('it is not ready');
  const age = secondsSince(server.started, now);
  const idle = secondsSince(server.last_activity, now) ?? age;
  const wanted = server.name ? policy.cullNamedServers : policy.cullDefaultServers;
  const spared = wanted ? undefined : `${server.name ? 'named' : 'default'} servers are not culled when idle`;
  return judge(idle, age, policy, spared);
}

/**
 * Whether a user whose servers are all stopped is to be deleted.
 *
 * @param now milliseconds since the epoch
 */
export function judgeUser(user: User, policy: CullPolicy, now: number): Verdict {
  const age = secondsSince(user.created, now);
  const idle = secondsSince(user.last_activity, now) ?? age;
  const spared = user.admin && !policy.cullAdminUsers ? 'admins are not culled when idle' : undefined;
  return judge(idle, age, policy, spared);
}

function judge(
  idle: number | undefined,
  age: number | undefined,
  { timeout, maxAge }: CullPolicy,
  spared: string | undefined,
): Verdict {
  const times = `idle for ${duration(idle)}, age ${duration(age)}`;
  const tooIdle = idle !== undefined && idle >= timeout;
  if (tooIdle && !spared) return { cull: true, reason: `${times}: idle limit is ${duration(timeout)}` };
  if (maxAge && age !== undefined && age >= maxAge) return { cull: true, reason: `${times}: age limit is ${duration(maxAge)}` };
  if (tooIdle) return keep(`${times}: ${spared}`);
  return keep(
    idle === undefined ? 'the hub does not tell when it was last used' : `${times}: idle limit is ${duration(timeout)}`,
  );
}

const keep = (reason: string): Verdict => ({ cull: false, reason });

/** Seconds since a time of the hub; a time without a zone is UTC. Undefined for none and for what is no time. */
export function secondsSince(timestamp: string | null | undefined, now: number): number | undefined {
  if (!timestamp) return undefined;
  const zoned = /(Z|[+-]\d\d:?\d\d)$/i.test(timestamp) ? timestamp : `${timestamp}Z`;
  const seconds = (now - Date.parse(zoned)) / 1000;
  return Number.isNaN(seconds) ? undefined : seconds;
}

/** Seconds as `1d 02:03:04` or `02:03:04`. */
export function duration(seconds: number | undefined): string {
  if (seconds === undefined) return 'unknown';
  const whole = Math.max(0, Math.floor(seconds));
  const days = Math.floor(whole / 86_400);
  const clock = new Date((whole % 86_400) * 1000).toISOString().slice(11, 19);
  return days ? `${days}d ${clock}` : clock;
}
