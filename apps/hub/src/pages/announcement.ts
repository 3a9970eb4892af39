import { Inject, Injectable, Logger } from '@nestjs/common';
import { HUB_CONFIG, HUB_URLS } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import type { HubUrls } from '../config/urls.js';
import { messageOf } from '../errors.js';
import { PageTime } from './page-time.js';

const log = new Logger('pages');
const SERVICE = 'announcement';
const TIMEOUT_MS = 2000;
const LONGEST_TEXT = 4000;

/** What the announcement service says right now: plain text. */
export interface Announced {
  text: string;
  by: string;
  when: PageTime | null;
}

/**
 * The current announcement of the service named `announcement`, when one is configured. Pages take what was read last;
 * a loop reads it again, so that no page ever waits for the service.
 */
@Injectable()
export class Announcement {
  #current: Announced | undefined;
  #reachable = true;

  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    @Inject(HUB_URLS) private readonly urls: HubUrls,
  ) {}

  get current(): Announced | undefined {
    return this.#current;
  }

  /** Reads it anew; a step of a loop. What was known stays until the service answers again. */
  async refresh(): Promise<void> {
    const address = this.#address();
    if (!address) return;
    try {
      const answer = await fetch(address, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (!answer.ok) throw new Error(`it answered ${answer.status}`);
      this.#current = announced(await answer.json());
      this.#reachable = true;
    } catch (error) {
      if (this.#reachable) log.warn(`cannot read the announcement from ${address}: because ${messageOf((error as Error).cause ?? error)}`);
      this.#reachable = false;
    }
  }

  #address(): string | undefined {
    const url = this.config.JupyterHub.services.find(({ name }) => name === SERVICE)?.url;
    return typeof url === 'string' && URL.canParse(url) ? new URL(`${this.urls.baseUrl}services/${SERVICE}/latest`, url).href : undefined;
  }
}

/** The answer of `latest`: `{announcement, user, timestamp}`; undefined when nothing is announced. */
export function announced(json: unknown): Announced | undefined {
  const { announcement, user, timestamp } = (json ?? {}) as Record<string, unknown>;
  if (typeof announcement !== 'string' || announcement.trim() === '') return undefined;
  const when = typeof timestamp === 'string' ? new PageTime(timestamp) : null;
  return {
    text: announcement.slice(0, LONGEST_TEXT),
    by: typeof user === 'string' ? user : SERVICE,
    when: when && !Number.isNaN(when.getTime()) ? when : null,
  };
}
