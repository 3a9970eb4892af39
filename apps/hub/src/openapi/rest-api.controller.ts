import { Get, Req, Res } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import { NeedsLogin } from '../http/access.js';
import { PageController } from '../http/controllers.js';
import type { HubReply, HubRequest } from '../http/hub-request.js';
import { Pages } from '../pages/pages.service.js';
import { ApiDocument } from './api-document.js';
import { documentView } from './document-view.js';

/** `/hub/rest-api`: the OpenAPI document for people, as a page without scripts. */
@PageController('rest-api')
export class RestApiController {
  constructor(
    private readonly document: ApiDocument,
    private readonly pages: Pages,
  ) {}

  @Get()
  @NeedsLogin()
  async show(@Req() request: HubRequest, @Res() reply: HubReply): Promise<void> {
    const document = JSON.parse(await this.document.json()) as OpenAPIObject;
    await this.pages.send(request, reply, 'rest-api.html', documentView(document));
  }
}
