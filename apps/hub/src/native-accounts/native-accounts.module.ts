import { Module } from '@nestjs/common';
import { UsersModule } from '../users/users.module.js';
import { NativeAccountsController } from './native-accounts.controller.js';
import { NativeAccountsService } from './native-accounts.service.js';
import { OwnAccountService } from './own-account.service.js';
import { SignUps } from './sign-ups.service.js';
import { UsersInfoImport } from './users-info-import.js';

@Module({
  imports: [UsersModule],
  controllers: [NativeAccountsController],
  providers: [NativeAccountsService, OwnAccountService, SignUps, UsersInfoImport],
  exports: [NativeAccountsService, OwnAccountService, SignUps],
})
export class NativeAccountsModule {}
