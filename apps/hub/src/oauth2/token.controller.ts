import { HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import OAuth2Server from '@node-oauth/oauth2-server';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import { InvalidInputError } from '../errors.js';
import { Open } from '../http/access.js';
import { Describe } from '../http/api-doc.js';
import { noteForAudit } from '../http/audit-note.js';
import { ApiController } from '../http/controllers.js';
import type { HubReply, HubRequest } from '../http/hub-request.js';
import { LazyBody, RequestBody } from '../http/lazy-body.js';
import { absolute, OAuthModel } from './oauth-model.js';

class OAuthRefusal {
  constructor(
    readonly status: 400 | 401,
    readonly error: string,
    readonly description?: string,
  ) {}
}

/** The token endpoint: a server or service exchanges a code for a person's token (reference rest-api 5.4 and 5.6). */
@ApiController('oauth2/token')
export class OAuthTokenController {
  readonly #server: OAuth2Server;

  constructor(
    private readonly model: OAuthModel,
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
  ) {
    // the option is missing from the library's types
    this.#server = new OAuth2Server({ model, enablePlainPKCE: true } as OAuth2Server.ServerOptions);
  }

  @Post()
  @HttpCode(200)
  @Open('clients prove themselves with their secret in the body')
  @Describe({
    summary: 'Exchange a code for a token',
    body: { form: 'OAuthTokenRequest' },
    answers: { 200: 'OAuthToken', 400: 'OAuthError', 401: 'OAuthError' },
  })
  async exchange(@Req() request: HubRequest, @LazyBody() body: RequestBody, @Res({ passthrough: true }) reply: HubReply) {
    if (request.url.includes('?')) throw new InvalidInputError('cannot exchange a code: because parameters belong in the body, not in the URL');
    void reply.headers({ 'Cache-Control': 'no-store', Pragma: 'no-cache' });
    const form = body.form();
    const outcome = malformed(form) ?? (await this.#exchange(form, request));
    if (!(outcome instanceof OAuthRefusal)) return outcome;
    return refuse(reply, outcome);
  }

  async #exchange(form: URLSearchParams, asked: HubRequest): Promise<Record<string, unknown> | OAuthRefusal> {
    const fields = Object.fromEntries(form);
    // it may be left out, although the library insists on it (reference rest-api 5.6)
    fields.redirect_uri = absolute(fields.redirect_uri || (await this.model.redirectUriOf(form.get('code')!)));
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '1' };
    const response = new OAuth2Server.Response();
    try {
      const token = await this.#server.token(new OAuth2Server.Request({ method: 'POST', query: {}, headers, body: fields }), response);
      noteForAudit(asked, { actor: { clientId: token.client.id, user: null }, targetUserId: token.user.id as number });
      // the library counts from a moment ago and would say a second less
      return { ...(response.body as Record<string, unknown>), expires_in: this.config.JupyterHub.oauth_token_expires_in };
    } catch (error) {
      return refusalFor(error);
    }
  }
}

function refuse(reply: HubReply, { status, error, description }: OAuthRefusal) {
  if (status === 401) void reply.header('WWW-Authenticate', 'Bearer error="invalid_client"');
  void reply.code(status);
  return { error, ...(description && { error_description: description }) };
}

/** What is wrong before any secret is looked at, in the order of reference rest-api 5.6. */
function malformed(form: URLSearchParams): OAuthRefusal | undefined {
  const invalid = (description: string) => new OAuthRefusal(400, 'invalid_request', description);
  const grant = form.get('grant_type');
  if (grant === 'refresh_token') return invalid('Missing refresh token parameter.');
  if (grant !== 'authorization_code') return new OAuthRefusal(400, 'unsupported_grant_type');
  if (!form.get('code')) return invalid('Missing code parameter.');
  const twice = ['client_id', 'grant_type', 'redirect_uri'].find((name) => form.getAll(name).length > 1);
  if (twice) return invalid(`Duplicate ${twice} parameter.`);
  return form.get('client_secret') ? undefined : new OAuthRefusal(401, 'invalid_client');
}

function refusalFor(error: unknown): OAuthRefusal {
  if (error instanceof OAuth2Server.InvalidClientError) return new OAuthRefusal(401, 'invalid_client');
  if (error instanceof OAuth2Server.InvalidGrantError) {
    const missingVerifier = error.message.includes('Missing parameter: `code_verifier`');
    return missingVerifier ? new OAuthRefusal(400, 'invalid_request', 'Code verifier required.') : new OAuthRefusal(400, 'invalid_grant');
  }
  if (error instanceof OAuth2Server.InvalidRequestError) {
    return new OAuthRefusal(400, 'invalid_request', error.message.includes('redirect_uri') ? 'Mismatching redirect URI.' : error.message);
  }
  throw error;
}
