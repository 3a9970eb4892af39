import { CronExpressionParser } from 'cron-parser';
import { isCron } from '../config/traits.js';

/** When a service runs: once at each of these times. */
export interface Schedule {
  /** Five fields as in crontab(5), or six with the seconds first. */
  cron: string;
  /** IANA name; '' for the time zone of the machine. */
  timezone: string;
  /** What becomes of a time that passed while the hub was down, or the machine asleep. */
  missed: MissedPolicy;
}

export const MISSED_POLICIES = ['skip', 'run-once'] as const;
export type MissedPolicy = (typeof MISSED_POLICIES)[number];

/** What a look at the clock means; `due` is the last time of the schedule that has come. */
export type Verdict = { what: 'wait' } | { what: 'run'; due: Date; trigger: 'schedule' | 'missed' } | { what: 'skip'; due: Date };

/** A time that came longer ago than this was missed. */
const GRACE_MS = 60_000;

/** So many times in a row are looked at one by one; of more, only the last minute matters. */
const MOST_LOOKED_AT = 1000;

export const isSchedule = (cron: string): boolean => cron !== '' && isCron(cron, [5, 6]);

export function isTimezone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}

/**
 * The first time of a schedule after `from`. In spring a time that the clock jumps over comes when it has jumped; in autumn a time that
 * the clock shows twice comes once, and one of every hour in both.
 */
export function nextRun({ cron, timezone }: Schedule, from: Date): Date {
  return timesFrom(cron, timezone, from).next().toDate();
}

/**
 * What is to be done at `now`. Pure.
 * @param handled the last time of the schedule that was dealt with, or when the schedule came to be; reckoning goes on from there, because
 *   in an hour that the clock shows twice no other moment tells which of the two is meant
 */
export function dueRun(schedule: Schedule, handled: Date, now: Date): Verdict {
  const due = lastDue(schedule, handled, now);
  if (!due) return { what: 'wait' };
  if (now.getTime() - due.getTime() <= GRACE_MS) return { what: 'run', due, trigger: 'schedule' };
  return schedule.missed === 'run-once' ? { what: 'run', due, trigger: 'missed' } : { what: 'skip', due };
}

function lastDue({ cron, timezone }: Schedule, handled: Date, now: Date): Date | undefined {
  let due = latestBefore(timesFrom(cron, timezone, handled), now);
  if (due.count < MOST_LOOKED_AT) return due.last;
  due = latestBefore(timesFrom(cron, timezone, new Date(now.getTime() - GRACE_MS)), now);
  return due.last ?? new Date(now.getTime() - GRACE_MS - 1);
}

type Times = ReturnType<typeof timesFrom>;

const timesFrom = (cron: string, tz: string, currentDate: Date) => CronExpressionParser.parse(cron, { currentDate, ...(tz && { tz }) });

function latestBefore(times: Times, now: Date): { last?: Date; count: number } {
  let last: Date | undefined;
  for (let count = 0; count < MOST_LOOKED_AT; count += 1) {
    const next = times.next().toDate();
    if (next > now) return { last, count };
    last = next;
  }
  return { last, count: MOST_LOOKED_AT };
}
