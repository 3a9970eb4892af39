import { Module } from '@nestjs/common';
import { UsersModule } from '../users/users.module.js';
import { AuthorizationsController } from './authorizations.controller.js';

@Module({ imports: [UsersModule], controllers: [AuthorizationsController] })
export class AuthorizationsModule {}
