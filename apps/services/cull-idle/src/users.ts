import { duration } from '#culling';
import type { User } from '#hub-client';
import { secondsSince } from './facts.js';
import type { CullOptions } from './options.js';

/** What is to be done about a user, and why. */
export interface UserVerdict {
  delete: boolean;
  reason: string;
}

type UserLimits = Pick<CullOptions, 'timeout' | 'cullAdminUsers'> & { policy: Pick<CullOptions['policy'], 'max_age'> };

/**
 * Whether a user whose servers are all stopped is to be deleted.
 *
 * @param now milliseconds since the epoch
 */
export function judgeUser(user: User, { timeout, cullAdminUsers, policy }: UserLimits, now: number): UserVerdict {
  const age = secondsSince(user.created, now);
  const idle = secondsSince(user.last_activity, now) ?? age;
  const times = `idle for ${duration(idle)}, age ${duration(age)}`;
  const tooIdle = idle !== undefined && idle >= timeout;
  const spared = user.admin && !cullAdminUsers;
  if (tooIdle && !spared) return { delete: true, reason: `${times}: idle limit is ${duration(timeout)}` };
  if (policy.max_age !== null && age !== undefined && age >= policy.max_age) {
    return { delete: true, reason: `${times}: age limit is ${duration(policy.max_age)}` };
  }
  if (tooIdle) return { delete: false, reason: `${times}: admins are not culled when idle` };
  const reason = idle === undefined ? 'the hub does not tell when they were last active' : `${times}: idle limit is ${duration(timeout)}`;
  return { delete: false, reason };
}
