import { Inject, Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import { EventStreams, REVIEW_SECONDS } from '../http/event-streams.js';
import { Activity } from '../identity/activity.js';
import { DatabaseInfo } from '../info/database-info.js';
import { watchProcess } from '../metrics.js';
import { LOOK_SECONDS } from '../metrics/event-loop.js';
import { MetricsService } from '../metrics/metrics.service.js';
import { OverviewService } from '../overview/overview.service.js';
import { Announcement } from '../pages/announcement.js';
import { ProxyService } from '../proxy/proxy.service.js';
import { Orphans } from '../servers/orphans.js';
import { ServerWatch } from '../servers/server-watch.js';
import { ServiceScheduler } from '../services/service-scheduler.js';
import { ServiceSupervisor } from '../services/supervisor.js';
import { SharesService } from '../shares/shares.service.js';
import { traitsOfClass } from '../spawners/spawner-class.js';
import { TokensService } from '../tokens/tokens.service.js';
import { Loops } from './every.js';
import { notifySystemd, watchdogSeconds } from './systemd.js';

const SECOND = 1;
/** With activity, a busy hub stays well below two transactions a second. */
const AUDIT_SECONDS = 2;
const LOG_CHECK_SECONDS = 10;
const ANNOUNCEMENT_SECONDS = 10;
const AUDIT_PURGE_SECONDS = 600;
const DATABASE_SECONDS = 10;
const EVERY_MINUTE = '* * * * *';

/** Every background loop there is. */
@Injectable()
export class Background {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    private readonly loops: Loops,
    private readonly activity: Activity,
    private readonly audit: AuditLog,
    private readonly servers: ServerWatch,
    private readonly orphans: Orphans,
    private readonly proxy: ProxyService,
    private readonly services: ServiceSupervisor,
    private readonly scheduler: ServiceScheduler,
    private readonly tokens: TokensService,
    private readonly shares: SharesService,
    private readonly announcement: Announcement,
    private readonly metrics: MetricsService,
    private readonly streams: EventStreams,
    private readonly database: DatabaseInfo,
    private readonly overview: OverviewService,
  ) {}

  start(): void {
    const { last_activity_interval, service_check_interval } = this.config.JupyterHub;
    const { check_running_interval } = this.config.ConfigurableHTTPProxy;
    watchProcess();
    this.loops.every({ name: 'flush activity', seconds: SECOND, step: () => this.activity.flush() });
    this.loops.every({ name: 'write the audit', seconds: AUDIT_SECONDS, step: () => this.audit.flush() });
    this.loops.every({ name: 'purge the audit', seconds: AUDIT_PURGE_SECONDS, step: () => this.audit.purge() });
    const { poll_interval, poll_jitter } = traitsOfClass(this.config);
    this.loops.every({ name: 'poll servers', seconds: poll_interval, jitter: poll_jitter, step: () => this.servers.pollServers() });
    this.loops.every({ name: 'look for orphans', seconds: this.config.Elara.orphan_check_interval, step: () => this.orphans.look() });
    this.loops.every({ name: 'activity from proxy, and routes', seconds: last_activity_interval, step: () => this.servers.activityFromRoutes() });
    this.loops.every({ name: 'watch the proxy', seconds: check_running_interval, step: () => this.proxy.watch() });
    this.loops.every({ name: 'check services', seconds: service_check_interval, step: () => this.services.checkHealth() });
    this.loops.every({ name: 'run services at their times', seconds: SECOND, step: () => this.scheduler.step() });
    this.loops.every({ name: 'rotate logs', seconds: LOG_CHECK_SECONDS, step: () => this.#rotateLogs() });
    this.loops.every({ name: 'read the announcement', seconds: ANNOUNCEMENT_SECONDS, step: () => this.announcement.refresh() });
    this.loops.at({ name: 'purge what has expired', cron: this.config.Elara.purge_schedule, step: () => this.#purge() });
    this.loops.every({ name: 'end streams of those who have left', seconds: REVIEW_SECONDS, step: () => this.streams.review() });
    this.loops.every({ name: 'measure the event loop', seconds: LOOK_SECONDS, step: () => this.metrics.lookAtEventLoop() });
    void this.database.look();
    this.loops.every({ name: 'look at the database', seconds: DATABASE_SECONDS, step: () => this.database.look() });
    this.loops.at({ name: 'sample for the overview', cron: EVERY_MINUTE, step: () => this.overview.take() });
    this.loops.every({ name: 'systemd watchdog', seconds: watchdogSeconds(), step: () => notifySystemd('WATCHDOG=1') });
  }

  async #purge(): Promise<void> {
    await this.tokens.purgeExpired();
    await this.shares.purgeExpired();
  }

  async #rotateLogs(): Promise<void> {
    this.services.rotateLogs();
    await this.servers.rotateLogs();
  }

  /** Ends the loops; what was collected is written. */
  async stop(): Promise<void> {
    await this.loops.stop();
    await this.activity.flush();
  }
}
