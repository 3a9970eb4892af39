import { Get, Header } from '@nestjs/common';
import { AcceptsTokens, NeedsScopeUnless } from '../http/access.js';
import { Describe } from '../http/api-doc.js';
import { PageController } from '../http/controllers.js';
import { registry } from '../metrics.js';
import { MetricsService } from './metrics.service.js';

/** Metrics for Prometheus, at two addresses; refusals are pages at both (reference rest-api 1.1). */
@PageController()
export class MetricsController {
  constructor(private readonly metrics: MetricsService) {}

  @Get(['metrics', 'api/metrics'])
  @NeedsScopeUnless(({ JupyterHub }) => !JupyterHub.authenticate_prometheus, 'read:metrics')
  @AcceptsTokens()
  @Header('Content-Type', registry.contentType)
  @Describe({ summary: 'Metrics for Prometheus', answers: { 200: { text: 'text/plain' } } })
  show(): Promise<string> {
    return this.metrics.text();
  }
}
