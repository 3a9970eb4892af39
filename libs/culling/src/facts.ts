/** What is known of a server when it is judged; times in milliseconds since the epoch. */
export interface ServerFacts {
  /** '' for a default server. */
  name: string;
  /** Of its owner. */
  groups: readonly string[];
  /** What it is waiting for, e.g. `spawn`. */
  pending: string | null;
  ready: boolean;
  started: number | null;
  /** The latest of its start, its reports and its traffic. */
  lastActivity: number | null;
  /** How the hub comes to know; absent where the hub does not tell (JupyterHub). */
  signals?: Signals;
  /** What its owner has been told, if it still holds. */
  warning: { at: number } | null;
}

/** By whom, and how often, the hub is told of a server's use. */
export interface Signals {
  /** When the server's last report came. */
  reported: number | null;
  /** Seconds between two reports. */
  reportInterval: number;
  /** When the proxy was last asked. */
  proxyRead: number | null;
  /** Seconds between two questions to the proxy. */
  proxyInterval: number;
}

/** Whether what is known of a server's use is recent enough to act upon. */
export interface Freshness {
  stale: boolean;
  /** In words for people, e.g. `its last report came 00:00:10 ago, and one is due every 00:05:00`. */
  text: string;
}

/** So many intervals may pass without news. */
const INTERVALS = 2;

/**
 * Servers that report (as jupyterhub-singleuser does) are known by their reports alone: the proxy does not see a computation that runs
 * without its person. Others are known by their traffic.
 */
export function freshness({ started, signals }: Pick<ServerFacts, 'started' | 'signals'>, now: number): Freshness {
  if (!signals) return { stale: false, text: 'the hub does not tell how recent its information is' };
  const { reported, reportInterval, proxyRead, proxyInterval } = signals;
  if (reported !== null && reported >= (started ?? 0)) return judged('its last report came', 'one is', reported, reportInterval, now);
  const asked = latest(started, proxyRead);
  if (asked === null) return { stale: true, text: 'neither the server nor the proxy has told anything yet' };
  const what = asked === proxyRead ? 'it never reported; the proxy was asked' : 'it never reported, and it was started';
  return judged(what, asked === proxyRead ? 'is' : 'the proxy is', asked, proxyInterval, now);
}

/** When the hub last heard of a server's use. */
export const lastHeard = ({ signals }: ServerFacts): number | null => latest(signals?.reported ?? null, signals?.proxyRead ?? null);

function judged(what: string, due: string, at: number, interval: number, now: number): Freshness {
  const age = (now - at) / 1000;
  return { stale: age > INTERVALS * interval, text: `${what} ${duration(age)} ago, and ${due} due every ${duration(interval)}` };
}

const latest = (a: number | null, b: number | null): number | null => (a === null || b === null ? (a ?? b) : Math.max(a, b));

/** Seconds as `1d 02:03:04` or `02:03:04`. */
export function duration(seconds: number | undefined): string {
  if (seconds === undefined) return 'unknown';
  const whole = Math.max(0, Math.floor(seconds));
  const days = Math.floor(whole / 86_400);
  const clock = new Date((whole % 86_400) * 1000).toISOString().slice(11, 19);
  return days ? `${days}d ${clock}` : clock;
}
