import { Module } from '@nestjs/common';
import { UsersModule } from '../users/users.module.js';
import { TokensController } from './tokens.controller.js';
import { TokensRepository } from './tokens.repository.js';
import { TokensService } from './tokens.service.js';

@Module({ imports: [UsersModule], controllers: [TokensController], providers: [TokensRepository, TokensService], exports: [TokensService] })
export class TokensModule {}
