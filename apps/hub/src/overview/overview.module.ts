import { Module } from '@nestjs/common';
import { MetricsModule } from '../metrics/metrics.module.js';
import { HistoryRepository } from './history.repository.js';
import { OverviewController } from './overview.controller.js';
import { OverviewService } from './overview.service.js';

@Module({ imports: [MetricsModule], controllers: [OverviewController], providers: [HistoryRepository, OverviewService], exports: [OverviewService] })
export class OverviewModule {}
