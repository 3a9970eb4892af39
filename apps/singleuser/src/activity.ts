import { describeError, sleep, withDeadline, type Log } from '#hub-client';
import type { SingleUserOptions } from './options.js';

/** Milliseconds: for one report, for all tries of one, and before the second try (doubled each time). */
const REPORT_TIMEOUT_MS = 10_000;
const TRIES_TIMEOUT_MS = 60_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 15_000;

/** Knows when the server was last in use, and tells the hub (reference: REST API 4.6, 7.1). */
export class ActivityReporter {
  #lastActivity = new Date();

  constructor(
    private readonly options: SingleUserOptions['activity'],
    private readonly log: Log,
  ) {}

  /** A person was here. */
  record(): void {
    this.#lastActivity = new Date();
  }

  /** Reports at once, and then again and again until the signal fires; never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { seconds, url } = this.options;
    if (!url || !seconds)
      return this.log.warn('activity is not reported: there is no JUPYTERHUB_ACTIVITY_URL, or the interval is 0');
    while (!signal.aborted) {
      await this.#report(signal);
      // spread, so that servers started together do not report together
      await sleep(seconds * 1000 * (0.9 + Math.random() * 0.2), signal).catch(() => undefined);
    }
  }

  async #report(signal: AbortSignal): Promise<void> {
    let pause = FIRST_PAUSE_MS;
    const tries = async (inner: AbortSignal) => {
      while (!(await this.#post(inner))) {
        await sleep(pause, inner);
        pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      }
    };
    try {
      await withDeadline(TRIES_TIMEOUT_MS, signal, tries);
    } catch {
      if (!signal.aborted) this.log.error(`gave up reporting activity; the next report is due in ${this.options.seconds} s`);
    }
  }

  async #post(signal: AbortSignal): Promise<boolean> {
    const { serverName, token, url } = this.options;
    const last_activity = this.#lastActivity.toISOString();
    const body = JSON.stringify({ servers: { [serverName]: { last_activity } }, last_activity });
    const headers = { Authorization: `token ${token}`, 'Content-Type': 'application/json' };
    try {
      await withDeadline(REPORT_TIMEOUT_MS, signal, async (inner) => {
        const response = await fetch(url, { method: 'POST', headers, body, signal: inner });
        const text = await response.text();
        if (!response.ok) throw new Error(`the hub answered ${response.status}: ${text.slice(0, 200)}`);
      });
      return true;
    } catch (error) {
      if (!signal.aborted) this.log.warn(`cannot report activity: because ${describeError(error)}`);
      return false;
    }
  }
}
