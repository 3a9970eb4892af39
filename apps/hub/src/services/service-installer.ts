import { randomBytes } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { HUB_CONFIG, HUB_URLS } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import type { HubUrls } from '../config/urls.js';
import type { ServerRow, ServiceRow } from '../database/tables.js';
import { OAuthClients } from '../identity/oauth-clients.js';
import { TokenStore } from '../identity/token-store.js';
import { type Service, serviceOf, specOfRow } from './service.js';
import type { ServiceSpec } from './service-spec.js';
import { ServicesRepository } from './services.repository.js';

const log = new Logger('services');

/** Managed services without an `api_token` get a new one at every start, known by this note; the one before is revoked. */
const GENERATED_NOTE = 'generated at startup';

/** Brings the rows of a service in line with its description: its own, its token, its server, its OAuth client. */
@Injectable()
export class ServiceInstaller {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    @Inject(HUB_URLS) private readonly urls: HubUrls,
    private readonly services: ServicesRepository,
    private readonly tokens: TokenStore,
    private readonly clients: OAuthClients,
  ) {}

  /**
   * Idempotent: broken off half-way, it is completed by the next.
   * @throws InvalidInputError, ConflictError when the token cannot be used
   */
  async install(spec: ServiceSpec, fromConfig: boolean): Promise<Service> {
    const row = await this.services.save(spec, fromConfig);
    const service = this.#describe(spec, row);
    const token = await this.#token(service, spec.api_token);
    await this.services.replaceServer(row, serverRow(service));
    await this.#client(service, row, token);
    if (service.oauth?.noConfirm) log.warn(`Allowing service ${service.name} to complete OAuth without confirmation on an authorization web page`);
    return service.kind === 'managed' && token ? { ...service, token } : service;
  }

  /** A service created through the API, as an earlier run of the hub left it. */
  async restore(row: ServiceRow): Promise<Service> {
    const client = row.oauth_client_id === null ? undefined : await this.clients.find(row.oauth_client_id);
    const service = this.#describe(specOfRow(row, client?.redirect_uri ?? null), row);
    log.log(`Loaded service ${service.name} from database with ${service.oauth ? `oauth_client_id=${service.oauth.clientId}` : 'no oauth'}`);
    return service;
  }

  /** The OAuth client takes its tokens and codes along, the row the service's own tokens. */
  async uninstall(row: Pick<ServiceRow, 'id' | '_server_id' | 'oauth_client_id'>): Promise<void> {
    if (row.oauth_client_id !== null) await this.clients.remove(row.oauth_client_id);
    await this.services.remove(row);
  }

  #describe(spec: ServiceSpec, row: ServiceRow): Service {
    const { baseUrl } = this.urls;
    return serviceOf(spec, { id: row.id, fromConfig: Boolean(row.from_config), baseUrl, roles: this.config.JupyterHub.load_roles });
  }

  async #token(service: Service, given: string | undefined): Promise<string | undefined> {
    const owner = { kind: 'service', id: service.id } as const;
    const scopes = ['inherit'];
    if (given) {
      const added = await this.tokens.register({ owner, token: given, note: 'from config', scopes });
      if (added) log.log(`Adding API token for ${service.name}`);
      return given;
    }
    // each run of a schedule gets a token of its own
    if (service.kind === 'external' || service.schedule) return undefined;
    await this.tokens.revokeByNote(owner, GENERATED_NOTE);
    return (await this.tokens.mint({ owner, note: GENERATED_NOTE, scopes })).token;
  }

  async #client({ name, oauth }: Service, row: ServiceRow, token: string | undefined): Promise<void> {
    log.log(oauth ? `Creating service ${name} with oauth_client_id=${oauth.clientId}` : `Creating service ${name} without oauth.`);
    if (oauth) {
      // without a token nobody can prove to be this client: a random secret, where an empty one would let everybody in
      const secret = token ?? randomBytes(32).toString('hex');
      const { clientId: identifier, redirectUri, allowedScopes } = oauth;
      await this.clients.upsert({ identifier, secret, redirectUri, description: `JupyterHub service ${name}`, allowedScopes });
    }
    const clientId = oauth?.clientId ?? null;
    if (row.oauth_client_id === clientId) return;
    await this.services.setClient(row.id, clientId);
    if (row.oauth_client_id !== null) await this.clients.remove(row.oauth_client_id);
  }
}

function serverRow({ url, prefix, oauth }: Service): Omit<ServerRow, 'id'> | undefined {
  if (!url) return undefined;
  const { protocol, hostname, port } = new URL(url);
  const proto = protocol.replace(':', '');
  return { proto, ip: hostname, port: Number(port) || (proto === 'https' ? 443 : 80), base_url: prefix, cookie_name: oauth?.clientId ?? 'cookie' };
}
