import type { CullPolicy, VerdictCode } from '#culling';
import type { CullWarning, Timestamp } from './models.js';

/** A culler that has reported to the hub. */
export interface Culler {
  /** Whose token it has, e.g. `service cull-idle`. */
  culler: string;
  policy: CullPolicy;
  /** Seconds from one round to the next. */
  cull_every: number;
  last_round: Timestamp;
  next_round: Timestamp;
  /** It has missed two rounds, and may not run any more. */
  silent: boolean;
}

/** What `GET culling` tells. */
export interface Cullers {
  now: Timestamp;
  /** When the hub started to listen. */
  since: Timestamp;
  cullers: Culler[];
}

/** One source of what is known of a server's use; ages in seconds. */
interface Source {
  last: Timestamp | null;
  age: number | null;
}

/** What a culler makes of a server. */
export interface CullerVerdict extends Pick<Culler, 'culler' | 'silent' | 'next_round'> {
  action: 'keep' | 'warn' | 'stop';
  code: VerdictCode;
  /** Why, for people. */
  text: string;
  /** The earliest moment at which it can be stopped if nothing changes; null: none. */
  due: Timestamp | null;
}

/** What is known of a server's use, and what cullers make of it; times in seconds. */
export interface ServerActivity {
  /** "user/server". */
  server: string;
  /** One sentence for people. */
  text: string;
  now: Timestamp;
  ready: boolean;
  pending: 'spawn' | 'stop' | null;
  started: Timestamp | null;
  age: number | null;
  last_activity: Timestamp | null;
  idle: number | null;
  /** What is known is too old to act upon. */
  stale: boolean;
  /** How recent it is, in words. */
  freshness: string;
  sources: {
    /** Traffic; `read` is when the proxy was asked. */
    proxy: Source & { read: Timestamp | null; interval: number };
    /** What the server says itself; `received` is when it did. */
    report: Source & { received: Timestamp | null; interval: number };
    /** Its start, or a call with its token. */
    api: Source;
  };
  warning: CullWarning | null;
  verdicts: CullerVerdict[];
}
