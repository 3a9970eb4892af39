import { type DynamicModule, Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { AuditModule } from './audit/audit.module.js';
import { AuthenticatorsModule } from './authenticators/authenticators.module.js';
import { AuthorizationsModule } from './authorizations/authorizations.module.js';
import { ConfigModule, type RereadConfig } from './config/config.module.js';
import type { HubConfig } from './config/schema.js';
import type { Database } from './database/database.js';
import { CullingModule } from './culling/culling.module.js';
import { DatabaseModule } from './database/database.module.js';
import type { Reads } from './database/reads.js';
import { EventsModule } from './events/events.module.js';
import { ExplainModule } from './explain/explain.module.js';
import { GroupsModule } from './groups/groups.module.js';
import { HttpModule } from './http/http.module.js';
import { IdentityModule } from './identity/identity.module.js';
import { InfoModule } from './info/info.module.js';
import { LifecycleModule } from './lifecycle/lifecycle.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { NativeAccountsModule } from './native-accounts/native-accounts.module.js';
import { NewsModule } from './news/news.module.js';
import { OAuth2Module } from './oauth2/oauth2.module.js';
import { OpenApiModule } from './openapi/openapi.module.js';
import { OverviewModule } from './overview/overview.module.js';
import { PagesModule } from './pages/pages.module.js';
import { ProxyModule } from './proxy/proxy.module.js';
import { ServersModule } from './servers/servers.module.js';
import { ServicesModule } from './services/services.module.js';
import { SharesModule } from './shares/shares.module.js';
import { ShutdownModule } from './shutdown/shutdown.module.js';
import { TokensModule } from './tokens/tokens.module.js';
import { UsersModule } from './users/users.module.js';

/** What is made before the modules: they all need it. */
export interface Foundation {
  config: HubConfig;
  reread: RereadConfig;
  db: Database;
  reads: Reads;
  cookieSecret: Buffer;
}

const RESOURCES = [
  InfoModule,
  UsersModule,
  NativeAccountsModule,
  ServersModule,
  CullingModule,
  TokensModule,
  GroupsModule,
  ExplainModule,
  ServicesModule,
  ProxyModule,
  AuthorizationsModule,
  MetricsModule,
  OAuth2Module,
  SharesModule,
  ShutdownModule,
  EventsModule,
  OverviewModule,
  AuditModule,
];

@Module({})
export class AppModule {
  static with({ config, reread, db, reads, cookieSecret }: Foundation): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.with(config, reread),
        DatabaseModule.with(db, reads),
        IdentityModule,
        NewsModule,
        HttpModule.with(cookieSecret),
        AuthenticatorsModule,
        ScheduleModule.forRoot(),
        ...RESOURCES,
        PagesModule,
        OpenApiModule,
        LifecycleModule,
      ],
    };
  }
}
