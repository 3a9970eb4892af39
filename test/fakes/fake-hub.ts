import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CullWarning, Identity, Server, ServerActivity, User } from '#hub-client';
import { fakeActivity } from './fake-activity.js';

/** An OAuth client as the fake hub knows it. */
export interface FakeClient {
  clientId: string;
  secret: string;
  redirectUri: string;
}

interface Code {
  clientId: string;
  challenge: string;
  token: string;
}

/**
 * A hub of a few routes, on a real port, that is strict about what clients send and has moods: users named `slow-…` stop slowly (202),
 * `broken-…` fail (500), `mute-…` never get an answer.
 */
export class FakeHub {
  /** Users by name; stopping and deleting changes them. */
  readonly users = new Map<string, User>();
  /** Whose token is which; everything else is nobody's (403). */
  readonly tokens = new Map<string, Identity>();
  readonly clients = new Map<string, FakeClient>();
  /** The newest activity reported, by user. */
  readonly activity = new Map<string, unknown>();
  /** Who is logged in at the hub in the browser that comes to authorize. */
  loggedIn: Identity | undefined;
  /** Answers every request with this status while set. */
  failing: number | undefined;
  /** Users per page; 0 answers with a plain list, as hubs did before paging. */
  pageSize = 2;
  /** Whether it explains what it knows of servers, as Elara does and JupyterHub does not. */
  explains = false;
  /** What it knows of servers beyond the list, by "user/server". */
  readonly known = new Map<string, Partial<ServerActivity>>();
  /** What the culler said of itself last. */
  policy: unknown;
  /** How often somebody asked whose token it is. */
  questions = 0;
  readonly #codes = new Map<string, Code>();

  private constructor(
    private readonly server: HttpServer,
    /** The token that the REST API takes. */
    readonly apiToken: string,
  ) {}

  static async start(apiToken = 'fake-hub-token'): Promise<FakeHub> {
    const server = createServer((req, res) => void hub.#answer(req, res));
    const hub: FakeHub = new FakeHub(server, apiToken);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return hub;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get apiUrl(): string {
    return `${this.origin}/hub/api`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  addUser(name: string, fields: Partial<User> = {}, servers: Record<string, Partial<Server>> = {}): void {
    const entries = Object.entries(servers).map(([server, given]) => [server, fakeServer(server, given)] as const);
    this.users.set(name, { kind: 'user', name, admin: false, servers: Object.fromEntries(entries), ...fields });
  }

  async #answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    if (this.failing) return void json(res, this.failing, { status: this.failing, message: 'The hub is not well' });
    const url = new URL(req.url!, this.origin);
    const path = url.pathname.replace('/hub/api', '');
    if (path === '/oauth2/authorize') return this.#authorize(res, url.searchParams);
    if (path === '/oauth2/token') return this.#token(res, new URLSearchParams(await bodyOf(req)));
    if (path === '/user') return this.#whoami(req, res);
    if (req.headers.authorization !== `token ${this.apiToken}`) return refuse(res, 403, 'Missing or invalid credentials.');
    if (path === '/') return json(res, 200, { version: '6.0.0' });
    if (path === '/users') return this.#list(req, res, url);
    if (path === '/culling' && this.explains) return this.#begin(req, res);
    return this.#user(req, res, path.split('/').slice(2).map(decodeURIComponent));
  }

  #list(req: IncomingMessage, res: ServerResponse, url: URL): void {
    if (req.headers.accept !== 'application/jupyterhub-pagination+json') return refuse(res, 406, 'not how a culler asks');
    const wantsReady = url.searchParams.get('state') === 'ready';
    const found = [...this.users.values()].filter((user) => Object.values(user.servers ?? {}).length > 0 === wantsReady);
    if (!this.pageSize) return json(res, 200, found);
    const offset = Number(url.searchParams.get('offset') ?? 0);
    const limit = Number(url.searchParams.get('limit') ?? this.pageSize);
    url.searchParams.set('offset', String(offset + limit));
    url.searchParams.set('limit', String(limit));
    const next = offset + limit < found.length ? { offset: offset + limit, limit, url: url.href } : null;
    json(res, 200, { items: found.slice(offset, offset + limit), _pagination: { offset, limit, total: found.length, next } });
  }

  async #user(req: IncomingMessage, res: ServerResponse, [name = '', kind, server = '', what]: string[]): Promise<void> {
    const user = this.users.get(name);
    if (!user) return refuse(res, 404, `No such user: '${name}'`);
    if (name.startsWith('broken-')) return refuse(res, 500, 'Internal Server Error');
    if (name.startsWith('mute-')) return;
    const body = await bodyOf(req);
    if (req.method === 'POST' && kind === 'activity') {
      this.activity.set(name, JSON.parse(body));
      return void res.writeHead(200).end();
    }
    const about = kind === 'server' ? server : what;
    if (about === 'activity' || about === 'cull-warning') return this.#culling(req, res, user, kind === 'server' ? '' : server, body);
    if (req.method !== 'DELETE') return json(res, 200, user);
    if (req.headers['content-type'] || (body && body !== '{"remove":true}')) return refuse(res, 400, 'not how a culler deletes');
    this.#remove(res, user, kind, server);
  }

  async #begin(req: IncomingMessage, res: ServerResponse): Promise<void> {
    this.policy = JSON.parse(await bodyOf(req));
    json(res, 200, { now: new Date().toISOString(), since: new Date().toISOString(), cullers: [] });
  }

  #culling(req: IncomingMessage, res: ServerResponse, user: User, name: string, body: string): void {
    const server = user.servers?.[name];
    if (!this.explains || !server) return refuse(res, 404, 'Not Found');
    if (req.method === 'GET') return json(res, 200, fakeActivity(user, server, this.known.get(`${user.name}/${name}`)));
    server.elara = req.method === 'PUT' ? { cull_warning: JSON.parse(body) as CullWarning } : {};
    json(res, 200, server.elara);
  }

  #remove(res: ServerResponse, user: User, kind: string | undefined, server: string): void {
    if (kind && user.name.startsWith('slow-')) return void res.writeHead(202).end();
    if (kind) delete user.servers![server];
    else if (Object.keys(user.servers!).length) return refuse(res, 400, `${user.name}'s server is running`);
    else this.users.delete(user.name);
    res.writeHead(204).end();
  }

  #whoami(req: IncomingMessage, res: ServerResponse): void {
    this.questions++;
    const identity = this.tokens.get(/^token (\S+)$/.exec(req.headers.authorization ?? '')?.[1] ?? '');
    if (identity) json(res, 200, identity);
    else refuse(res, 403, 'Forbidden');
  }

  #authorize(res: ServerResponse, query: URLSearchParams): void {
    const client = this.clients.get(query.get('client_id') ?? '');
    const challenge = query.get('code_challenge');
    const isFlow = query.get('response_type') === 'code' && query.get('code_challenge_method') === 'S256' && challenge;
    if (!client || client.redirectUri !== query.get('redirect_uri') || !isFlow)
      return refuse(res, 400, 'Mismatching redirect URI.');
    const back = new URLSearchParams({ state: query.get('state') ?? '' });
    if (this.loggedIn) back.set('code', this.#newCode(client, challenge, this.loggedIn));
    else back.set('error', 'access_denied');
    res.writeHead(302, { Location: `${client.redirectUri}?${back.toString()}` }).end();
  }

  #newCode({ clientId }: FakeClient, challenge: string, identity: Identity): string {
    const code = randomBytes(15).toString('hex');
    const token = randomBytes(15).toString('hex');
    this.#codes.set(code, { clientId, challenge, token });
    this.tokens.set(token, identity);
    return code;
  }

  #token(res: ServerResponse, form: URLSearchParams): void {
    const client = this.clients.get(form.get('client_id') ?? '');
    if (!client || form.get('client_secret') !== client.secret) return json(res, 401, { error: 'invalid_client' });
    const code = this.#codes.get(form.get('code') ?? '');
    const verified = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const fits =
      code?.clientId === client.clientId && code.challenge === verified && form.get('redirect_uri') === client.redirectUri;
    if (!fits || form.get('grant_type') !== 'authorization_code') return json(res, 400, { error: 'invalid_grant' });
    this.#codes.delete(form.get('code')!);
    json(res, 200, { access_token: code.token, expires_in: 1_209_600, token_type: 'Bearer', scope: '' });
  }
}

/** Somebody with these scopes, as `GET user` would show them. */
export function fakeIdentity(name: string, scopes: string[], fields: Partial<User> = {}): Identity {
  return { kind: 'user', name, admin: false, groups: [], scopes, token_id: 'a1', session_id: null, ...fields };
}

function fakeServer(name: string, fields: Partial<Server>): Server {
  return { name, last_activity: null, started: null, pending: null, ready: true, stopped: false, url: '/user/x/', ...fields };
}

async function bodyOf(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of req as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const refuse = (res: ServerResponse, status: number, message: string) => json(res, status, { status, message });

function json(res: ServerResponse, status: number, body: unknown): void {
  res.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}
