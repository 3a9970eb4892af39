import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import Provider, { type GrantContext } from 'oidc-provider';

type Claims = Record<string, unknown>;

export const CLIENT = { client_id: 'elara-client', client_secret: 'the-secret-of-the-hub-0123456789' };

const SCOPES = ['openid', 'offline_access', 'email', 'profile', 'groups', 'read:org', 'user:email', 'user:info', 'read_user', 'account', 'org.cilogon.userinfo', 'urn:globus:auth:scope:transfer.api.globus.org:all', 'urn:globus:auth:scope:groups.api.globus.org:view_my_groups_and_memberships'];
const CLAIMS = ['sub', 'preferred_username', 'name', 'email', 'email_verified', 'verified_email', 'groups', 'hd', 'idp', 'idp_name', 'eppn', 'oid', '_claim_names', 'realm'];

/** What a provider can do wrong at an endpoint: not answer at all, say that it cannot, or answer something else. */
export type Mischief = 'hang' | 'down' | ((body: Record<string, unknown>) => unknown);

/** A key of this provider's, or somebody's. */
const makeKey = () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

/** A real OpenID provider on loopback (oidc-provider), with accounts and claims that tests choose, which can be told to misbehave. */
export class TestProvider {
  /** Claims by account; whoever logs in here as somebody is believed. */
  readonly accounts = new Map<string, Claims>();
  /** By the endpoint's path, such as `/token`. */
  readonly mischief = new Map<string, Mischief>();
  /** Arguments of requests to the token endpoint, in order. */
  readonly tokenRequests: URLSearchParams[] = [];
  /** Their Authorization headers; '' for none. */
  readonly tokenAuthorizations: string[] = [];
  readonly #key = makeKey();
  #server!: Server;
  #provider!: Provider;
  #port = 0;

  static async start(redirectUris: string[] = ['http://localhost/hub/oauth_callback']): Promise<TestProvider> {
    const made = new TestProvider();
    made.#server = createServer((request, response) => void made.#serve(request, response));
    await new Promise<void>((resolve) => made.#server.listen(0, '127.0.0.1', resolve));
    made.#port = (made.#server.address() as { port: number }).port;
    made.#provider = made.#make(redirectUris);
    return made;
  }

  get issuer(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Where a client that knows no discovery finds it. */
  get endpoints() {
    return { authorize_url: `${this.issuer}/auth`, token_url: `${this.issuer}/token`, userdata_url: `${this.issuer}/me` };
  }

  /** Whose access token it is; undefined for one that is not good. */
  async accountOf(authorization: string | undefined): Promise<string | undefined> {
    const [, token = ''] = /^Bearer (.*)$/.exec(authorization ?? '') ?? [];
    return (await this.#provider.AccessToken.find(token))?.accountId;
  }

  /** Ends an access or refresh token, as time would. */
  async expire(token: string): Promise<void> {
    await (await this.#provider.AccessToken.find(token))?.destroy();
    await (await this.#provider.RefreshToken.find(token))?.destroy();
  }

  /** Has the claims of ID tokens changed before they are signed; by another key, or by none, if asked for. */
  lie(change: (claims: Claims) => Claims, { key = this.#key, alg = 'RS256' }: { key?: KeyObject; alg?: string } = {}): void {
    this.mischief.set('/token', (body) => ({ ...body, id_token: sign(change(claimsOf(String(body.id_token))), key, alg) }));
  }

  readonly strangersKey = makeKey;

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #make(redirectUris: string[]): Provider {
    const provider = new Provider(this.issuer, {
      clients: [{ ...CLIENT, redirect_uris: redirectUris, grant_types: ['authorization_code', 'refresh_token'], token_endpoint_auth_method: 'client_secret_post' }],
      scopes: SCOPES,
      claims: { openid: CLAIMS },
      conformIdTokenClaims: false,
      cookies: { keys: ['for tests'] },
      features: { devInteractions: { enabled: false } },
      jwks: { keys: [{ ...this.#key.export({ format: 'jwk' }), kid: 'ours', use: 'sig', alg: 'RS256' }] },
      interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
      issueRefreshToken: () => true,
      renderError: (context: { body: unknown }, out: unknown) => void (context.body = out),
      loadExistingGrant: grantAll,
      findAccount: (_context: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id, ...this.accounts.get(id) }) }),
      ttl: { AccessToken: 3600, AuthorizationCode: 60, Grant: 3600, IdToken: 3600, Interaction: 600, RefreshToken: 3600, Session: 3600 },
    });
    provider.use(async (context, next) => {
      await next();
      const mischief = this.mischief.get(context.path);
      if (typeof mischief === 'function' && context.body) context.body = mischief(context.body as Record<string, unknown>);
    });
    provider.use(async (context, next) => {
      await next();
      if (context.oidc?.route === 'token') this.tokenRequests.push(new URLSearchParams(context.oidc.params));
    });
    return provider;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url!, this.issuer);
    const mischief = this.mischief.get(pathname);
    if (pathname === '/token') this.tokenAuthorizations.push(request.headers.authorization ?? '');
    if (mischief === 'hang') return;
    if (mischief === 'down') return void response.writeHead(503).end();
    if (pathname.startsWith('/interaction/')) return this.#interact(request, response);
    return this.#provider.callback()(request, response);
  }

  /** A page with a name to fill in, and nothing else; with `login_hint` not even that. */
  async #interact(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { uid, params } = await this.#provider.interactionDetails(request, response);
    const form = new URLSearchParams(await textOf(request));
    const login = form.get('login') ?? params.login_hint;
    if (form.has('cancel')) return this.#provider.interactionFinished(request, response, { error: 'access_denied', error_description: 'changed their mind' });
    if (login) return this.#provider.interactionFinished(request, response, { login: { accountId: login } });
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end(`<!doctype html><title>The provider</title><link rel="icon" href="data:,"><form method="post" action="/interaction/${uid}"><input id="login" name="login"><button id="in">Sign in</button><button id="cancel" name="cancel" value="1">Cancel</button></form>`);
  }
}

/** Everybody agrees to everything, once in a session. */
async function grantAll({ oidc: { client, session, provider } }: { oidc: GrantContext }) {
  const known = session.grantIdFor(client.clientId);
  if (known) return provider.Grant.find(known);
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope(SCOPES.join(' '));
  await grant.save();
  return grant;
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as Claims;

function sign(claims: Claims, key: KeyObject, alg: string): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const input = `${encode({ alg, kid: 'ours', typ: 'JWT' })}.${encode(claims)}`;
  return alg === 'none' ? `${input}.` : `${input}.${createSign('RSA-SHA256').update(input).sign(key).toString('base64url')}`;
}
