import { Inject, Injectable, Logger } from '@nestjs/common';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import { TokenStore } from '../identity/token-store.js';
import { MembersLoader } from './members-loader.js';

const log = new Logger('tokens');

/** Tokens that the operator wrote into the config for users (`JupyterHub.api_tokens`). */
@Injectable()
export class TokenLoader {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    private readonly tokens: TokenStore,
    private readonly members: MembersLoader,
  ) {}

  async load(): Promise<void> {
    for (const [token, name] of Object.entries(this.config.JupyterHub.api_tokens)) {
      const [id] = await this.members.userIds([name]);
      const added = await this.tokens.register({ owner: { kind: 'user', id: id! }, token, note: 'from config', scopes: ['inherit'] });
      if (added) log.log(`Adding API token for ${name}`);
    }
  }
}
