import { Get, Req, Res } from '@nestjs/common';
import { NeedsScopeForList } from '../http/access.js';
import { Describe } from '../http/api-doc.js';
import { ApiController } from '../http/controllers.js';
import { EventStreams } from '../http/event-streams.js';
import type { HubReply, HubRequest } from '../http/hub-request.js';
import { EventsService } from './events.service.js';
import { EVENT_SCOPES } from './readable.js';

/** Elara's own route: what changes, for pages that keep themselves up to date. */
@ApiController('events')
export class EventsController {
  constructor(
    private readonly events: EventsService,
    private readonly streams: EventStreams,
  ) {}

  @Get()
  @NeedsScopeForList(...EVENT_SCOPES)
  @Describe({
    summary: 'What changes, as far as the caller may read it: each event is `data: ` and a HubEvent',
    answers: { 200: { text: 'text/event-stream' } },
    errors: [429],
  })
  async follow(@Req() request: HubRequest, @Res() reply: HubReply): Promise<void> {
    await this.streams.send(request, reply, {
      events: (reader) => this.events.follow(reader),
      mayRead: (caller, event) => this.events.mayRead(caller, event),
    });
  }
}
