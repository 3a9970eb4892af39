import { Injectable } from '@nestjs/common';
import type { ParsedScopes } from '#scopes';
import { NotFoundError } from '../errors.js';
import type { TokenOwner } from '../identity/token-store.js';
import { ServicesService } from '../services/services.service.js';
import { userModel } from './user.model.js';
import { UsersRepository } from './users.repository.js';
import { UsersService } from './users.service.js';

/** Users and services as the API shows the owner of a token. */
@Injectable()
export class IdentityModels {
  constructor(
    private readonly users: UsersService,
    private readonly rows: UsersRepository,
    private readonly services: ServicesService,
  ) {}

  /** @param visible the scopes that decide which fields are shown */
  async of(owner: TokenOwner, visible: ParsedScopes, includeStopped = false): Promise<Record<string, unknown>> {
    if (owner.kind === 'service') return this.services.identityModel(owner.id, visible);
    const row = await this.rows.byId(owner.id);
    if (!row) throw new NotFoundError('No such user');
    const [facts] = await this.users.facts([row], includeStopped);
    return userModel(facts!, visible) ?? {};
  }
}
