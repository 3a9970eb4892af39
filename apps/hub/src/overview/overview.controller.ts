import { Get, Query } from '@nestjs/common';
import { z } from 'zod';
import { InvalidInputError } from '../errors.js';
import { NeedsScope } from '../http/access.js';
import { Describe } from '../http/api-doc.js';
import { ApiController } from '../http/controllers.js';
import { OverviewService } from './overview.service.js';
import type { OverviewModel } from './sample.js';

const query = z.object({ hours: z.coerce.number().positive().max(24).default(24) });

/** Elara's own route: the last day in numbers. */
@ApiController('overview')
export class OverviewController {
  constructor(private readonly overview: OverviewService) {}

  @Get()
  @NeedsScope('admin-ui')
  @Describe({
    summary: 'How the hub was used in the last day, one number a minute',
    query: { hours: 'Of the past, more than 0 and up to 24; 24 if it is left out' },
    answers: { 200: 'Overview' },
    errors: [400],
  })
  show(@Query() asked: Record<string, unknown>): Promise<OverviewModel> {
    const parsed = query.safeParse(asked);
    if (!parsed.success) throw new InvalidInputError('cannot show the overview: because hours has to be a number above 0, and 24 at most');
    return this.overview.last(parsed.data.hours);
  }
}
