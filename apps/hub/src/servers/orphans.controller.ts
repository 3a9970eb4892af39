import { Get } from '@nestjs/common';
import { NeedsScope } from '../http/access.js';
import { Describe } from '../http/api-doc.js';
import { ApiController } from '../http/controllers.js';
import { type OrphanModel, Orphans } from './orphans.js';

@ApiController('orphans')
export class OrphansController {
  constructor(private readonly orphans: Orphans) {}

  @Get()
  @NeedsScope('admin:server_state')
  @Describe({ summary: 'Servers that run although no row knows of them, as of the last look', answers: { 200: { listOf: 'Orphan' } } })
  list(): OrphanModel[] {
    return this.orphans.list();
  }
}
