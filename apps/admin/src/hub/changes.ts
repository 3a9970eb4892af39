import type { HubEvent } from '#hub-client/client';

/** What queries are about: the first word of their keys. */
export type Topic = 'users' | 'user' | 'groups' | 'services' | 'accounts';

const TOPICS: Record<Exclude<HubEvent['kind'], 'refresh'>, readonly Topic[]> = {
  server: ['users', 'user'],
  user: ['users', 'user', 'groups'],
  group: ['groups', 'users', 'user'],
  service: ['services'],
  account: ['accounts'],
};

/** What has to be read anew after an event; `all` when nobody knows what was missed. */
export const touchedBy = (event: HubEvent): readonly Topic[] | 'all' => (event.kind === 'refresh' ? 'all' : TOPICS[event.kind]);

/** The keys of queries about what is no more: asking again would only tell that. */
function goneWith(event: HubEvent): readonly unknown[] | undefined {
  if (event.kind === 'refresh' || event.change === 'changed') return undefined;
  switch (event.kind) {
    case 'server':
      return ['user', event.user, 'server', event.server];
    case 'user':
      return ['user', event.user];
    case 'group':
      return ['groups', 'one', event.group];
    case 'service':
      return ['services', event.service];
    case 'account':
      // lists alone show accounts
      return undefined;
  }
}

const startsWith = (key: readonly unknown[], start: readonly unknown[]) => start.every((part, index) => key[index] === part);

/** Collects what is touched, so that a thousand events in a moment make one request and not a thousand. */
export class Touched {
  #topics = new Set<Topic>();
  #all = false;
  #gone: (readonly unknown[])[] = [];

  add(event: HubEvent): void {
    const touched = touchedBy(event);
    if (touched === 'all') this.#all = true;
    else for (const topic of touched) this.#topics.add(topic);
    const gone = goneWith(event);
    if (gone) this.#gone.push(gone);
  }

  /** Whether a query with this key has to be asked anew, by what came since the last call; forgets it. */
  take(): (key: readonly unknown[]) => boolean {
    const [topics, all, gone] = [this.#topics, this.#all, this.#gone];
    [this.#topics, this.#all, this.#gone] = [new Set(), false, []];
    return (key) => (all || topics.has(key[0] as Topic)) && !gone.some((start) => startsWith(key, start));
  }
}
