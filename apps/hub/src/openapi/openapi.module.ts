import { Module } from '@nestjs/common';
import { PagesModule } from '../pages/pages.module.js';
import { ApiDocument } from './api-document.js';
import { OpenApiController } from './openapi.controller.js';
import { RestApiController } from './rest-api.controller.js';

/** The API as a document: for tools as JSON, for people as a page. */
@Module({ imports: [PagesModule], controllers: [OpenApiController, RestApiController], providers: [ApiDocument] })
export class OpenApiModule {}
