import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { TestProvider } from './openid-provider.js';

export interface ApiRequest {
  /** Whose token it came with. */
  account: string;
  url: URL;
  body: URLSearchParams;
}

export interface ApiReply {
  status?: number;
  json?: unknown;
  headers?: Record<string, string>;
}

/**
 * The API of a service that cannot be run here, answering as its public documentation says. Tokens are those of the real provider beside
 * it: whoever comes without a good one gets 401.
 */
export class ProviderApiServer {
  /** What was asked for, in order. */
  readonly asked: string[] = [];
  #server!: Server;

  private constructor(
    private readonly provider: TestProvider,
    private readonly answer: (request: ApiRequest) => ApiReply | undefined,
  ) {}

  /** @param answer undefined for 404 */
  static async start(provider: TestProvider, answer: (request: ApiRequest) => ApiReply | undefined): Promise<ProviderApiServer> {
    const made = new ProviderApiServer(provider, answer);
    made.#server = createServer((request, response) => {
      void made.#reply(request).then(({ status = 200, json, headers = {} }) => {
        response.writeHead(status, { 'content-type': 'application/json', ...headers });
        response.end(json === undefined ? undefined : JSON.stringify(json));
      });
    });
    await new Promise<void>((resolve) => made.#server.listen(0, '127.0.0.1', resolve));
    return made;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as { port: number }).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #reply(request: IncomingMessage): Promise<ApiReply> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const url = new URL(request.url!, this.url);
    this.asked.push(url.pathname + url.search);
    const account = (await this.provider.accountOf(request.headers.authorization)) ?? '';
    const body = new URLSearchParams(Buffer.concat(chunks).toString());
    // how clients of a service prove themselves is for the service to say; people need a token
    if (!account && request.method === 'GET' && !url.pathname.includes('/.well-known/')) return { status: 401, json: { message: 'Requires authentication' } };
    return this.answer({ account, url, body }) ?? { status: 404, json: { message: 'Not Found' } };
  }
}
