import { HttpCode, Post } from '@nestjs/common';
import { NeedsScope } from '../http/access.js';
import { Describe } from '../http/api-doc.js';
import { ApiController } from '../http/controllers.js';
import { Reload } from './reload.js';
import type { ReloadReport } from './reload.schema.js';

/** Elara's own route: what `elara reload` asks for. */
@ApiController('reload')
export class ReloadController {
  constructor(private readonly reload: Reload) {}

  @Post()
  @HttpCode(200)
  @NeedsScope('shutdown')
  @Describe({
    summary: 'Read the config anew and take over what can be while the hub runs; a wrong one changes nothing',
    answers: { 200: 'ReloadReport' },
    errors: [400, 503],
  })
  run(): Promise<ReloadReport> {
    return this.reload.run();
  }
}
