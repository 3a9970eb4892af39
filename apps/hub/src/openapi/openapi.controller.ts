import { Get, Header } from '@nestjs/common';
import { Open } from '../http/access.js';
import { Describe } from '../http/api-doc.js';
import { ApiController } from '../http/controllers.js';
import { ApiDocument } from './api-document.js';

@ApiController('openapi.json')
export class OpenApiController {
  constructor(private readonly document: ApiDocument) {}

  @Get()
  @Open('tools that generate clients have no credentials, and routes are no secret')
  @Describe({ summary: 'This document', answers: { 200: 'Document' } })
  @Header('Content-Type', 'application/json')
  get(): Promise<string> {
    return this.document.json();
  }
}
