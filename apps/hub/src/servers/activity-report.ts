import { InvalidInputError } from '../errors.js';

/** What a server reports about its use, checked (reference rest-api 7.1). */
export interface ActivityReport {
  /** Of the person. */
  user?: Date;
  /** By name of the server. */
  servers: Map<string, Date>;
}

const MOST_AHEAD_MS = 59 * 60 * 1000;
const ISO = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d(?:[.,]\d{1,9})?)?)?\s*(Z|[+-]\d\d:?\d\d)?$/i;
const RFC_2822 = /^(?:\w{3}, )?\d{1,2} \w{3} \d{4} \d\d:\d\d:\d\d (?:GMT|UTC|[+-]\d{4})$/;
const SHAPE = 'servers must be a dict of the form {server_name: {last_activity: timestamp}}';

const isObject = (value: unknown): value is Record<string, unknown> => value !== null && typeof value === 'object' && !Array.isArray(value);
const isNothing = (value: unknown): boolean => !value || (typeof value === 'object' && Object.keys(value).length === 0);

/** @throws InvalidInputError for anything that is no report; nothing of it may be used then */
export function activityReport(body: unknown, now = Date.now()): ActivityReport {
  if (!isObject(body)) throw new InvalidInputError('body must be a json dict');
  const { last_activity: user, servers } = body;
  if (isNothing(user) && isNothing(servers)) throw new InvalidInputError('body must contain at least one of `last_activity` or `servers`');
  return {
    ...(!isNothing(user) && { user: timestamp(user, now) }),
    servers: isNothing(servers) ? new Map() : serverReports(servers, now),
  };
}

function serverReports(servers: unknown, now: number): Map<string, Date> {
  if (!isObject(servers)) throw new InvalidInputError(SHAPE);
  return new Map(
    Object.entries(servers).map(([name, entry]) => {
      if (!isObject(entry) || !('last_activity' in entry)) throw new InvalidInputError(SHAPE);
      return [name, timestamp(entry.last_activity, now)];
    }),
  );
}

function timestamp(value: unknown, now: number): Date {
  const when = typeof value === 'string' ? parse(value.trim()) : undefined;
  if (!when || Number.isNaN(when.getTime())) throw new InvalidInputError(`Not a valid timestamp: ${JSON.stringify(value)?.slice(0, 100)}`);
  if (when.getTime() > now + MOST_AHEAD_MS) {
    throw new InvalidInputError(`Rejecting activity from more than an hour in the future: ${when.toISOString()}`);
  }
  return when;
}

/** ISO 8601 in its usual spellings, UTC unless it says otherwise, or the form of mail headers. */
function parse(text: string): Date | undefined {
  if (RFC_2822.test(text)) return new Date(text);
  const match = ISO.exec(text);
  if (!match) return undefined;
  const [, day, minutes = '00:00', seconds = ':00', zone = 'Z'] = match;
  return new Date(`${day}T${minutes}${seconds.replace(',', '.')}${zone.toUpperCase().replace(/^([+-]\d\d):?(\d\d)$/, '$1:$2')}`);
}
