import { Module } from '@nestjs/common';
import { CullingModule } from '../culling/culling.module.js';
import { ExplainController } from './explain.controller.js';
import { ExplainRepository } from './explain.repository.js';
import { ExplainService } from './explain.service.js';

@Module({ imports: [CullingModule], controllers: [ExplainController], providers: [ExplainRepository, ExplainService] })
export class ExplainModule {}
