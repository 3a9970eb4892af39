import { Module } from '@nestjs/common';
import { AuthorizeService } from './authorize.service.js';
import { OAuthModel } from './oauth-model.js';
import { OAuthRepository } from './oauth.repository.js';
import { OAuthTokenController } from './token.controller.js';

/** The OAuth provider for servers and services. The confirmation page is among the pages. */
@Module({ controllers: [OAuthTokenController], providers: [AuthorizeService, OAuthModel, OAuthRepository], exports: [AuthorizeService] })
export class OAuth2Module {}
