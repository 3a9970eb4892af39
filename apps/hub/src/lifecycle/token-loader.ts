import { Inject, Injectable, Logger } from '@nestjs/common';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import { type TokenOwner, TokenStore } from '../identity/token-store.js';
import { ServicesService } from '../services/services.service.js';
import { MembersLoader } from './members-loader.js';

const log = new Logger('tokens');

/** Tokens that the operator wrote into the config for users (`JupyterHub.api_tokens`) and services (`JupyterHub.service_tokens`). */
@Injectable()
export class TokenLoader {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    private readonly tokens: TokenStore,
    private readonly members: MembersLoader,
    private readonly services: ServicesService,
  ) {}

  async load(): Promise<void> {
    const { api_tokens, service_tokens } = this.config.JupyterHub;
    for (const [token, name] of Object.entries(api_tokens)) {
      const [id] = await this.members.userIds([name]);
      await this.#register({ kind: 'user', id: id! }, token, name);
    }
    for (const [token, name] of Object.entries(service_tokens)) await this.#register({ kind: 'service', id: this.services.get(name).id }, token, name);
  }

  async #register(owner: TokenOwner, token: string, name: string): Promise<void> {
    const added = await this.tokens.register({ owner, token, note: 'from config', scopes: ['inherit'] });
    if (added) log.log(`Adding API token for ${name}`);
  }
}
