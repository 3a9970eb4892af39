import { Injectable, Logger } from '@nestjs/common';
import type { HookHandler } from '../config/hooks/objects.js';
import { ConflictError, InvalidInputError, NotFoundError } from '../errors.js';
import { Activity } from '../identity/activity.js';
import { logName } from '../spawners/spawn-context.js';
import type { ActivityReport } from './activity-report.js';
import { namedServerLimit } from './named-server-limit.js';
import { PendingServers } from './pending-servers.js';
import { checkedDisplayName, isValidServerName, requireNamedServers, requireNewServerName } from './server-name.js';
import type { ServerOwner, ServerRecord } from './server-record.js';
import type { ServerChange, ServerRequest } from './server-request.js';
import { ServerTools } from './server-tools.js';
import { ServersRepository } from './servers.repository.js';
import { validNameFor } from './valid-name.js';

const log = new Logger('servers');

/** Changes to servers that do not start or stop them. */
@Injectable()
export class ServerChanges {
  constructor(
    private readonly tools: ServerTools,
    private readonly repository: ServersRepository,
    private readonly pending: PendingServers,
    private readonly activity: Activity,
  ) {}

  /** @throws ConflictError when there is one of that name; everybody has a default server. */
  async requireAbsent(user: ServerOwner, server: string): Promise<void> {
    if (server === '') throw new ConflictError(`User ${user.name} already has a default server`);
    if (await this.repository.find(user.id, server)) throw new ConflictError(`User ${user.name} already has server ${server}`);
  }

  /** Makes a named server without starting it. @throws ConflictError, InvalidInputError */
  async create(user: ServerOwner, server: string, { displayName = server, options }: ServerRequest, handler?: HookHandler): Promise<void> {
    requireNamedServers(server, this.#rules);
    requireNewServerName(user.name, server, await this.repository.countNamed(user.id), await namedServerLimit(this.#rules, handler));
    await this.repository.create(user.id, server, checkedDisplayName(displayName));
    const record = await this.repository.find(user.id, server);
    if (record && options) await this.repository.update(record.id, { userOptions: options });
    this.#tellChanged(user, server);
  }

  /**
   * Changes a server that does not run; a default server that gets a name leaves a fresh default one behind.
   * @returns its name from now on
   * @throws InvalidInputError, NotFoundError, ConflictError
   */
  async change(user: ServerOwner, server: string, { name, displayName, options }: ServerChange, handler?: HookHandler): Promise<string> {
    if (name !== undefined) await this.#requireUsableName(user, server, name, handler);
    const shownAs = displayName === undefined ? undefined : checkedDisplayName(displayName);
    const record = await this.#changeable(user, server);
    if (name !== undefined && (await this.repository.find(user.id, name))) throw new ConflictError(`User ${user.name} already has server '${name}'`);
    await this.repository.update(record.id, {
      ...(name !== undefined && { name }),
      ...(shownAs !== undefined && { displayName: shownAs }),
      ...(options && { userOptions: options }),
    });
    // shares follow the server to its new name
    if (name !== undefined) this.tools.cache.bump();
    if (name !== undefined) this.tools.tell(record, { change: 'removed' });
    this.#tellChanged(user, name ?? server);
    return name ?? server;
  }

  /** Where the operator wants it, gives stopped servers with names from before today's rule new ones; people still see the old ones. */
  async renameInvalid(): Promise<void> {
    if (this.#rules.allow_existing_invalid_named_servers !== 'autorename') return;
    const taken = new Map<number, Set<string>>();
    const named = await this.repository.named();
    for (const { userId, name } of named) taken.set(userId, (taken.get(userId) ?? new Set()).add(name));
    for (const { id, userId, name, displayName, stopped } of named) {
      if (isValidServerName(name) || !stopped) continue;
      const valid = validNameFor(name, taken.get(userId)!);
      taken.get(userId)!.add(valid);
      await this.repository.update(id, { name: valid, ...(!displayName && { displayName: name }) });
      log.log(`Renamed the server ${JSON.stringify(name)} to ${valid}`);
    }
  }

  /** Notes reported activity, all of it or none. @throws InvalidInputError for a server that is not there */
  async report(user: ServerOwner, { user: when, servers }: ActivityReport): Promise<void> {
    const ids = servers.size > 0 ? await this.#idsOf(user, servers) : new Map<string, number>();
    if (when) this.activity.record('users', user.id, when);
    for (const [name, at] of servers) this.activity.sawServer(ids.get(name)!, 'report', at);
  }

  #tellChanged(user: ServerOwner, name: string): void {
    this.tools.tell({ user, name }, { change: 'changed', state: 'stopped' });
  }

  get #rules() {
    return this.tools.config.JupyterHub;
  }

  async #requireUsableName(user: ServerOwner, server: string, name: string, handler: HookHandler | undefined): Promise<void> {
    requireNamedServers(name, this.#rules);
    // renaming a named server makes none the more
    const present = server === '' ? await this.repository.countNamed(user.id) : 0;
    requireNewServerName(user.name, name, present, await namedServerLimit(this.#rules, handler));
  }

  async #changeable(user: ServerOwner, server: string): Promise<ServerRecord> {
    const record = await this.repository.find(user.id, server);
    if (!record) throw new NotFoundError(`User ${user.name} has no such server '${server}'`);
    if (record.state !== 'stopped' || this.pending.get(record.id)) {
      throw new InvalidInputError(`${logName(user.name, server)} is active. Please stop it before modifying it.`);
    }
    return record;
  }

  async #idsOf(user: ServerOwner, servers: ReadonlyMap<string, Date>): Promise<Map<string, number>> {
    const ids = await this.repository.idsByName(user.id);
    const missing = [...servers.keys()].filter((name) => !ids.has(name));
    const unknown = missing.find((name) => name !== '');
    if (unknown !== undefined) throw new InvalidInputError(`No such server '${unknown}' for user ${user.name}`);
    if (missing.length === 0) return ids;
    await this.repository.create(user.id, '', '');
    return this.repository.idsByName(user.id);
  }
}
