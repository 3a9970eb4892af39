import type { CallOptions } from './call.js';
import { FOREVER_MS } from './deadline.js';
import type { LogLines } from './models.js';
import { quoteName, serverPath } from './names.js';
import { streamedEvents } from './streamed-events.js';
import type { Transport } from './transport.js';

export type LogReader = (news: LogLines) => unknown;

export type FollowLogOptions = CallOptions & { tail?: number };

/** What services and servers print; '' is the name of a default server. */
export class LogsClient {
  constructor(private readonly hub: Transport) {}

  /** The last lines of a managed service. */
  ofService = (name: string, options: FollowLogOptions = {}) => this.#read(serviceLogs(name), options);

  /** The last lines of a user's server. */
  ofServer = (user: string, server = '', options: FollowLogOptions = {}) => this.#read(serverLogs(user, server), options);

  /**
   * The last lines of a service and then each further one, until the hub ends or `signal` is aborted, which rejects.
   *
   * @param seen is waited for: meanwhile nothing is read, and the hub skips what is too much
   */
  followService = (name: string, seen: LogReader, options: FollowLogOptions = {}) =>
    this.#follow(serviceLogs(name), seen, options);

  /** The same for a user's server. */
  followServer = (user: string, server: string, seen: LogReader, options: FollowLogOptions = {}) =>
    this.#follow(serverLogs(user, server), seen, options);

  async #read(path: string, { tail, signal }: FollowLogOptions): Promise<string[]> {
    const { body } = await this.hub.send<LogLines>('GET', path, { query: { tail }, signal });
    return body.lines;
  }

  #follow(path: string, seen: LogReader, { tail, signal }: FollowLogOptions): Promise<void> {
    const read = async (response: Response) => {
      for await (const news of streamedEvents<LogLines>(response.body)) await seen(news);
    };
    return this.hub.open('GET', path, { query: { tail, follow: true }, accept: 'text/event-stream', signal }, read, FOREVER_MS);
  }
}

const serviceLogs = (name: string) => `/services/${quoteName(name)}/logs`;
const serverLogs = (user: string, server: string) => `${serverPath(user, server)}/logs`;
