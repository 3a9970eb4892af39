import { Injectable } from '@nestjs/common';
import type { ParsedScopes } from '#scopes';
import { Activity } from '../identity/activity.js';
import type { Caller } from '../identity/caller.js';
import { ServersService } from '../servers/servers.service.js';
import { serviceRowModel } from '../services/service.model.js';
import { userModel } from './user.model.js';

/** Callers as the API shows them: from what is known of them already, and the servers that a user has right now. */
@Injectable()
export class IdentityModels {
  constructor(
    private readonly servers: ServersService,
    private readonly activity: Activity,
  ) {}

  /** @param visible the scopes that decide which fields are shown */
  async of({ facts }: Pick<Caller, 'facts'>, visible: ParsedScopes, includeStopped = false): Promise<Record<string, unknown>> {
    if (facts.kind === 'service') return serviceRowModel(facts.row, facts.roles, visible);
    const { row, roles, groups } = facts;
    const servers = await this.servers.modelsOf(row, { includeStopped });
    const lastActivity = this.activity.latest('users', row.id, row.last_activity);
    return userModel({ row, roles, groups, servers, lastActivity }, visible) ?? {};
  }
}
