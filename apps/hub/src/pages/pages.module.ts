import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { HUB_URLS } from '../config/config.module.js';
import type { HubUrls } from '../config/urls.js';
import { AuditModule } from '../audit/audit.module.js';
import { CullingModule } from '../culling/culling.module.js';
import { NativeAccountsModule } from '../native-accounts/native-accounts.module.js';
import { OAuth2Module } from '../oauth2/oauth2.module.js';
import { ProxyModule } from '../proxy/proxy.module.js';
import { ServersModule } from '../servers/servers.module.js';
import { ServicesModule } from '../services/services.module.js';
import { SharesModule } from '../shares/shares.module.js';
import { TokensModule } from '../tokens/tokens.module.js';
import { UsersModule } from '../users/users.module.js';
import { AccountHistoryController } from './account-history.controller.js';
import { AcceptShareController } from './accept-share.controller.js';
import { AdminController } from './admin.controller.js';
import { Announcement } from './announcement.js';
import { AuthorizeController } from './authorize.controller.js';
import { ChangePasswordController } from './change-password.controller.js';
import { CspReportController } from './csp-report.controller.js';
import { ErrorController } from './error.controller.js';
import { ErrorPage } from './error-page.js';
import { FrontDoorController } from './front-door.controller.js';
import { frontDoorHook } from './front-door.js';
import { HomeController } from './home.controller.js';
import { Landing } from './landing.js';
import { LoginController } from './login.controller.js';
import { LoginPage } from './login-page.js';
import { LogoutController } from './logout.controller.js';
import { OAuthLoginController } from './oauth-login.controller.js';
import { OAuthStates } from './oauth-state.js';
import { People } from './person.js';
import { Pages } from './pages.service.js';
import { Renderer } from './renderer.js';
import { SecondStep } from './second-step.js';
import { SecondStepController } from './second-step.controller.js';
import { ServerPages } from './server-pages.js';
import { ServicesMenu } from './services-menu.js';
import { SignUpController } from './sign-up.controller.js';
import { SpawnController } from './spawn.controller.js';
import { SpawnPendingController } from './spawn-pending.controller.js';
import { SpawnForms } from './spawn-form.js';
import { StaticController } from './static.controller.js';
import { StaticFiles } from './static-files.js';
import { TokenPageController } from './token-page.controller.js';
import { TokenPageRepository } from './token-page.repository.js';
import { TwoFactorController } from './two-factor.controller.js';
import { UserRedirectController, UserServerController } from './user-server.controller.js';

/** What people see in a browser. */
@Module({
  imports: [AuditModule, CullingModule, UsersModule, NativeAccountsModule, ServersModule, ServicesModule, TokensModule, ProxyModule, OAuth2Module, SharesModule],
  controllers: [
    FrontDoorController,
    StaticController,
    LoginController,
    OAuthLoginController,
    SecondStepController,
    SignUpController,
    ChangePasswordController,
    TwoFactorController,
    LogoutController,
    HomeController,
    SpawnController,
    SpawnPendingController,
    UserServerController,
    UserRedirectController,
    TokenPageController,
    AccountHistoryController,
    AdminController,
    AuthorizeController,
    AcceptShareController,
    ErrorController,
    CspReportController,
  ],
  providers: [StaticFiles, Renderer, ServicesMenu, Announcement, Pages, Landing, LoginPage, OAuthStates, ServerPages, SpawnForms, TokenPageRepository, ErrorPage, SecondStep, People],
  exports: [Pages, Announcement],
})
export class PagesModule implements OnModuleInit {
  constructor(
    @Inject(HUB_URLS) private readonly urls: HubUrls,
    private readonly adapters: HttpAdapterHost,
  ) {}

  onModuleInit(): void {
    // commands such as `elara token` build the hub without HTTP
    const { httpAdapter } = this.adapters as { httpAdapter: HttpAdapterHost['httpAdapter'] | null };
    httpAdapter?.getInstance<FastifyInstance>().addHook('onRequest', frontDoorHook(this.urls));
  }
}
