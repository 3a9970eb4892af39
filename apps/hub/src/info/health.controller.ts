import { Get, Head, Header } from '@nestjs/common';
import { Open } from '../http/access.js';
import { PageController } from '../http/controllers.js';

/** `/hub/health`, beside the API's own, for probes written for JupyterHub. */
@PageController('health')
export class HealthController {
  @Get()
  @Open('health probes have no credentials')
  @Header('Content-Type', 'text/html')
  get(): string {
    return '';
  }

  @Head()
  @Open('health probes have no credentials')
  @Header('Content-Type', 'text/html')
  head(): string {
    return '';
  }
}
