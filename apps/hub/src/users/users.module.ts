import { Module } from '@nestjs/common';
import { ServersModule } from '../servers/servers.module.js';
import { ServicesModule } from '../services/services.module.js';
import { AccountSync } from './account-sync.js';
import { IdentityModels } from './identity-models.js';
import { LoginLimits } from './login-limits.js';
import { LoginService } from './login.service.js';
import { MembershipsRepository } from './memberships.repository.js';
import { UserSessions } from './user-sessions.js';
import { UsersController } from './users.controller.js';
import { UsersRepository } from './users.repository.js';
import { UsersService } from './users.service.js';
import { WhoamiController } from './whoami.controller.js';

@Module({
  imports: [ServersModule, ServicesModule],
  controllers: [UsersController, WhoamiController],
  providers: [AccountSync, MembershipsRepository, UsersRepository, UsersService, IdentityModels, LoginLimits, LoginService, UserSessions],
  exports: [UsersService, UsersRepository, IdentityModels, LoginLimits, LoginService, UserSessions],
})
export class UsersModule {}
