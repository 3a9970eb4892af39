import { Module } from '@nestjs/common';
import { ExplainController } from './explain.controller.js';
import { ExplainRepository } from './explain.repository.js';
import { ExplainService } from './explain.service.js';

@Module({ controllers: [ExplainController], providers: [ExplainRepository, ExplainService] })
export class ExplainModule {}
