import { Module } from '@nestjs/common';
import { GroupsModule } from '../groups/groups.module.js';
import { ServersModule } from '../servers/servers.module.js';
import { UsersModule } from '../users/users.module.js';
import { GroupSharesController, UserSharesController } from './received-shares.controller.js';
import { ShareCodesController } from './share-codes.controller.js';
import { ShareCodesRepository } from './share-codes.repository.js';
import { ShareCodesService } from './share-codes.service.js';
import { ShareGrants } from './share-grants.js';
import { SharesController } from './shares.controller.js';
import { SharesRepository } from './shares.repository.js';
import { SharesService } from './shares.service.js';

@Module({
  imports: [UsersModule, GroupsModule, ServersModule],
  controllers: [SharesController, UserSharesController, GroupSharesController, ShareCodesController],
  providers: [SharesRepository, ShareCodesRepository, SharesService, ShareGrants, ShareCodesService],
  exports: [SharesService, ShareCodesService],
})
export class SharesModule {}
