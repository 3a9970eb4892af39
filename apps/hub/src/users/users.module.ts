import { Module } from '@nestjs/common';
import { ServersModule } from '../servers/servers.module.js';
import { ServicesModule } from '../services/services.module.js';
import { AuthStates } from './auth-states.js';
import { IdentityModels } from './identity-models.js';
import { LoginLimits } from './login-limits.js';
import { LoginService } from './login.service.js';
import { UsersController } from './users.controller.js';
import { UsersRepository } from './users.repository.js';
import { UsersService } from './users.service.js';
import { WhoamiController } from './whoami.controller.js';

@Module({
  imports: [ServersModule, ServicesModule],
  controllers: [UsersController, WhoamiController],
  providers: [AuthStates, UsersRepository, UsersService, IdentityModels, LoginLimits, LoginService],
  exports: [UsersService, UsersRepository, IdentityModels, LoginService],
})
export class UsersModule {}
