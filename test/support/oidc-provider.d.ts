/** The parts of oidc-provider, which has no types of its own, that tests use. */
declare module 'oidc-provider' {
  import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

  interface Token {
    accountId: string;
    destroy(): Promise<void>;
  }

  interface Grant {
    addOIDCScope(scope: string): void;
    save(): Promise<string>;
  }

  interface Context {
    path: string;
    body: unknown;
    oidc?: { route?: string; params?: Record<string, string> };
  }

  export interface GrantContext {
    client: { clientId: string };
    session: { accountId: string; grantIdFor(clientId: string): string | undefined };
    provider: Provider;
  }

  export default class Provider {
    constructor(issuer: string, configuration: object);
    use(middleware: (context: Context, next: () => Promise<void>) => Promise<void>): void;
    callback(): RequestListener;
    interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<{ uid: string; params: Record<string, string>; prompt: { name: string } }>;
    interactionFinished(request: IncomingMessage, response: ServerResponse, result: object): Promise<void>;
    readonly AccessToken: { find(value: string): Promise<Token | undefined> };
    readonly RefreshToken: { find(value: string): Promise<Token | undefined> };
    readonly Grant: { new (about: object): Grant; find(id: string): Promise<Grant | undefined> };
  }
}
