import { Inject, Injectable, Logger } from '@nestjs/common';
import type { ServerFacts } from '#culling';
import { settlesWithin } from '#process';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import { fromDbTime, toDbTime } from '../database/values.js';
import { InvalidInputError, messageOf, NotFoundError } from '../errors.js';
import { Activity } from '../identity/activity.js';
import { GrantsRepository } from '../identity/grants.repository.js';
import { type CullWarning, standingWarning } from '../servers/cull-warning.js';
import { PENDING } from '../servers/server.model.js';
import { ServerWatch } from '../servers/server-watch.js';
import { logName } from '../spawners/spawn-context.js';
import { USUAL_REPORT_INTERVAL } from '../spawners/spawner-env.js';
import { Cullers } from './cullers.js';
import { type KnownActivity, serverActivityModel } from './culling.model.js';
import { CullingRepository, type StoredActivity } from './culling.repository.js';
import type { CullerReport, CullWarningRequest, ServerActivityModel } from './culling.schema.js';

const READ_MS = 5000;

const log = new Logger('culling');

/** What is known of servers' use, and what cullers do about it. */
@Injectable()
export class CullingService {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    private readonly repository: CullingRepository,
    private readonly cullers: Cullers,
    private readonly activity: Activity,
    private readonly grants: GrantsRepository,
    private readonly watch: ServerWatch,
  ) {}

  /** A culler begins a round. Resolves once the proxy has been asked for the latest traffic, so that the round goes by that. */
  async beginRound(name: string, { policy, cull_every: cullEvery }: CullerReport): Promise<void> {
    const known = this.cullers.all().find((one) => one.name === name);
    if (JSON.stringify(known?.policy) !== JSON.stringify(policy)) log.log(`${name} culls every ${cullEvery} s by ${JSON.stringify(policy)}`);
    this.cullers.note({ name, policy, cullEvery, at: Date.now() });
    try {
      const inTime = await settlesWithin(this.watch.readActivity(), READ_MS);
      if (!inTime) log.warn(`${name} goes by the traffic that is known: because the proxy takes longer than ${READ_MS} ms to tell`);
    } catch (error) {
      log.warn(`${name} goes by the traffic that is known: because the proxy does not tell: ${messageOf(error)}`);
    }
  }

  /** @throws NotFoundError when there is no such server */
  async about(user: string, server: string): Promise<ServerActivityModel> {
    const now = Date.now();
    return serverActivityModel(await this.#known(user, server), { cullers: this.cullers.all(), since: this.cullers.since, now });
  }

  /** When a server is stopped at the earliest, as cullers have told; undefined when none that still runs will do it. */
  async earliestStop(user: string, server: string): Promise<Date | undefined> {
    if (this.cullers.all().length === 0) return undefined;
    const due = (await this.about(user, server)).verdicts.flatMap((verdict) => (verdict.silent || verdict.due === null ? [] : [Date.parse(verdict.due)]));
    return due.length > 0 ? new Date(Math.min(...due)) : undefined;
  }

  /**
   * Tells the owner of a server that it is going to be stopped.
   * @returns what they are shown; null when it is void already, because the server was in use meanwhile
   * @throws NotFoundError, InvalidInputError when it does not run
   */
  async warn(user: string, server: string, { at, reason, idle_since }: CullWarningRequest): Promise<CullWarning | null> {
    const stored = await this.#find(user, server);
    if (stored.state !== 'ready') throw new InvalidInputError(`cannot warn of a stop of ${logName(user, server)}: because it does not run`);
    const idleSince = idle_since === null ? null : toDbTime(new Date(idle_since));
    const warning = { at: toDbTime(new Date(at)), reason, idleSince, started: stored.started };
    await this.repository.warn({ spawner_id: stored.id, at: warning.at, reason, idle_since: idleSince, started: stored.started });
    log.log(`${logName(user, server)} is to be stopped at ${at}: ${reason}`);
    return standingWarning({ ...stored, warning }, this.#lastActivity(stored));
  }

  /** Takes a warning back. @throws NotFoundError */
  async withdraw(user: string, server: string): Promise<void> {
    await this.repository.withdraw((await this.#find(user, server)).id);
  }

  async #find(user: string, server: string): Promise<StoredActivity> {
    const stored = await this.repository.find(user, server);
    if (!stored) throw new NotFoundError(`No such server: ${user}/${server}`);
    return stored;
  }

  async #known(user: string, server: string): Promise<KnownActivity> {
    const stored = await this.#find(user, server);
    const groups = (await this.grants.groupsByUser([user])).get(user) ?? [];
    const samples = this.activity.samplesOf(stored.id, stored.samples);
    const warning = standingWarning(stored, this.#lastActivity(stored));
    const facts: ServerFacts & Required<Pick<ServerFacts, 'signals'>> = {
      name: server,
      groups,
      pending: PENDING[stored.state],
      ready: stored.state === 'ready',
      started: milliseconds(stored.started),
      lastActivity: milliseconds(this.#lastActivity(stored)),
      warning: warning && { at: milliseconds(warning.at)! },
      signals: {
        reported: milliseconds(samples.report_received ?? null),
        reportInterval: samples.report_interval ?? USUAL_REPORT_INTERVAL,
        proxyRead: milliseconds(samples.proxy_read ?? null),
        proxyInterval: this.config.JupyterHub.last_activity_interval || USUAL_REPORT_INTERVAL,
      },
    };
    return { server: `${user}/${server}`, started: stored.started, lastActivity: this.#lastActivity(stored), samples, warning, facts };
  }

  #lastActivity({ id, lastActivity }: StoredActivity): string | null {
    return this.activity.latest('spawners', id, lastActivity);
  }
}

const milliseconds = (stored: string | null): number | null => fromDbTime(stored)?.getTime() ?? null;
