import { Inject, Injectable } from '@nestjs/common';
import OAuth2Server from '@node-oauth/oauth2-server';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import { fromDbJson } from '../database/values.js';
import { EndedSessions } from '../identity/ended-sessions.js';
import { OAuthClients } from '../identity/oauth-clients.js';
import { newOAuthSecret, tokenMatches } from '../identity/token-hash.js';
import { TokenStore } from '../identity/token-store.js';
import { OAuthRepository } from './oauth.repository.js';

/** The library wants absolute URIs; ours are often paths. Both sides of every comparison go through this. */
export const absolute = (uri: string): string => (uri.startsWith('/') ? `hub:${uri}` : uri);

/** The OAuth library's view of our tables, for exchanging codes for tokens. */
@Injectable()
export class OAuthModel implements OAuth2Server.AuthorizationCodeModel {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    private readonly clients: OAuthClients,
    private readonly codes: OAuthRepository,
    private readonly tokens: TokenStore,
    private readonly ended: EndedSessions,
  ) {}

  /** A client proves itself with its API token; without one it is nobody, PKCE or not. */
  async getClient(clientId: string, secret: string | null): Promise<OAuth2Server.Client | false> {
    const row = secret ? await this.clients.find(clientId) : undefined;
    if (!row?.secret || !tokenMatches(secret!, row.secret)) return false;
    const accessTokenLifetime = this.config.JupyterHub.oauth_token_expires_in;
    return { id: clientId, grants: ['authorization_code'], redirectUris: [absolute(row.redirect_uri ?? '')], accessTokenLifetime };
  }

  async getAuthorizationCode(code: string): Promise<OAuth2Server.AuthorizationCode | false> {
    const row = await this.codes.code(code);
    if (!row || row.user_id === null) return false;
    return {
      authorizationCode: code,
      expiresAt: new Date(row.expires_at * 1000),
      redirectUri: absolute(row.redirect_uri ?? ''),
      scope: fromDbJson<string[]>(row.scopes, []),
      client: { id: row.client_id, grants: ['authorization_code'] },
      user: { id: row.user_id, sessionId: row.session_id },
      ...(row.code_challenge && { codeChallenge: row.code_challenge, codeChallengeMethod: row.code_challenge_method ?? 'plain' }),
    };
  }

  /** Where a code was sent; '' for a code that is not there. */
  async redirectUriOf(code: string): Promise<string> {
    return (await this.codes.code(code))?.redirect_uri ?? '';
  }

  /** As in JupyterHub, a failed attempt leaves the code usable; `saveToken` uses it up. */
  async revokeAuthorizationCode(): Promise<boolean> {
    return true;
  }

  async saveAuthorizationCode(): Promise<never> {
    throw new Error('cannot save a code here: because the authorization endpoint issues them');
  }

  async generateAccessToken(): Promise<string> {
    return newOAuthSecret();
  }

  async saveToken(token: OAuth2Server.Token, client: OAuth2Server.Client, user: OAuth2Server.User): Promise<OAuth2Server.Token> {
    if (!(await this.codes.takeCode(String(token.authorizationCode)))) throw new OAuth2Server.InvalidGrantError('authorization code is invalid');
    await this.tokens.mint({
      owner: { kind: 'user', id: user.id as number },
      note: '',
      scopes: token.scope ?? [],
      clientId: client.id,
      sessionId: user.sessionId as string | null,
      expiresAt: token.accessTokenExpiresAt ?? null,
      token: token.accessToken,
    });
    await this.#requireSession(user.id as number, user.sessionId as string | null);
    // there is nothing to refresh: a browser that is still logged in gets a new code at once
    return { ...token, refreshToken: undefined, client, user };
  }

  async getAccessToken(): Promise<false> {
    return false;
  }

  /** The person may have logged out between their request for the code and this moment: a token of theirs must not outlive that. */
  async #requireSession(userId: number, sessionId: string | null): Promise<void> {
    if (sessionId === null || !this.ended.has(sessionId)) return;
    await this.tokens.revokeSession(userId, sessionId);
    throw new OAuth2Server.InvalidGrantError('authorization code is invalid');
  }
}
