import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { GroupsModule } from '../groups/groups.module.js';
import { InfoModule } from '../info/info.module.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { OverviewModule } from '../overview/overview.module.js';
import { PagesModule } from '../pages/pages.module.js';
import { ProxyModule } from '../proxy/proxy.module.js';
import { ServersModule } from '../servers/servers.module.js';
import { ServicesModule } from '../services/services.module.js';
import { SharesModule } from '../shares/shares.module.js';
import { TokensModule } from '../tokens/tokens.module.js';
import { UsersModule } from '../users/users.module.js';
import { Background } from './background.js';
import { Loops } from './every.js';
import { AccountLoader } from './account-loader.js';
import { MembersLoader } from './members-loader.js';
import { Population } from './population.js';
import { ReloadController } from './reload.controller.js';
import { Reload } from './reload.js';
import { RoleLoader } from './role-loader.js';
import { Startup } from './startup.js';
import { Teardown } from './teardown.js';
import { TokenLoader } from './token-loader.js';

/** Start, background work and stop of the hub. */
@Module({
  imports: [AuditModule, UsersModule, GroupsModule, ServersModule, ServicesModule, ProxyModule, TokensModule, SharesModule, MetricsModule, InfoModule, OverviewModule, PagesModule],
  controllers: [ReloadController],
  providers: [Loops, AccountLoader, Background, MembersLoader, RoleLoader, TokenLoader, Population, Reload, Startup, Teardown],
  exports: [Population, Reload, Startup, Teardown],
})
export class LifecycleModule {}
