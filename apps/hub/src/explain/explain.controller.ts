import { Get, Inject, Query } from '@nestjs/common';
import type { FilterKind, Resource, ScopeDefinitions } from '#scopes';
import type { ServerActivityModel } from '../culling/culling.schema.js';
import { CullingService } from '../culling/culling.service.js';
import { InvalidInputError } from '../errors.js';
import { NeedsScope } from '../http/access.js';
import { Describe } from '../http/api-doc.js';
import { ApiController } from '../http/controllers.js';
import { SCOPE_DEFINITIONS } from '../identity/scope-definitions.js';
import { ExplainService, type Explanation, type Identity } from './explain.service.js';

const KINDS: readonly string[] = ['user', 'group', 'server', 'service'] satisfies FilterKind[];

const QUERY = {
  scope: 'e.g. read:users',
  user: 'Who: name of a user',
  service: 'Who: name of a service',
  token: 'Who: id of a token, e.g. a7',
  on: 'What it is done to, e.g. user:bob or server:bob/lab; without it, no filter',
  culled: 'Instead of all others: a server, e.g. bob/lab, of which to say whether a culler stops it, and why not',
};

/**
 * `GET explain?user=ada&scope=read:users&on=user:bob` (or `service=`, or `token=a7`; without `on`: the unfiltered scope).
 * `GET explain?culled=ada/lab`. Elara's own route: operators ask it why somebody is refused, and why a server is still there.
 */
@ApiController('explain')
export class ExplainController {
  constructor(
    private readonly service: ExplainService,
    private readonly culling: CullingService,
    @Inject(SCOPE_DEFINITIONS) private readonly definitions: ScopeDefinitions,
  ) {}

  @Get()
  @NeedsScope('admin:users')
  @Describe({ summary: 'Why somebody may, or may not, do something; or why a server is, or is not, culled', query: QUERY, answers: { 200: 'Explanation' }, errors: [400, 404] })
  explain(@Query() query: Record<string, unknown>): Promise<Explanation | ServerActivityModel> {
    const { scope, culled } = query;
    if (culled !== undefined) return this.#culled(culled, query);
    if (typeof scope !== 'string' || !this.definitions.has(scope)) {
      throw new InvalidInputError('cannot explain: because scope must be one that exists, without a filter, e.g. scope=read:users');
    }
    return this.service.explain({ who: identityOf(query), scope, on: resourceOf(query.on) });
  }

  #culled(server: unknown, query: Record<string, unknown>): Promise<ServerActivityModel> {
    const [, user, name] = (typeof server === 'string' && /^([^/]+)\/?(.*)$/s.exec(server)) || [];
    if (user === undefined || name === undefined || Object.keys(query).length > 1) {
      throw new InvalidInputError('cannot explain: because culled must be USER/SERVER, or USER/ for a default server, and nothing else is asked with it');
    }
    return this.culling.about(user, name);
  }
}

function identityOf({ user, service, token }: Record<string, unknown>): Identity {
  const given = [user, service, token].filter((value) => value !== undefined);
  if (given.length !== 1 || typeof given[0] !== 'string') {
    throw new InvalidInputError('cannot explain: because exactly one of user=NAME, service=NAME or token=aID must be given');
  }
  if (typeof user === 'string') return { user };
  if (typeof service === 'string') return { service };
  const id = /^a(\d{1,15})$/.exec(given[0])?.[1];
  if (id === undefined) throw new InvalidInputError('cannot explain: because token must be the id of a token, e.g. token=a7');
  return { tokenId: Number(id) };
}

/** `user:ada`, `server:ada/lab` … */
function resourceOf(on: unknown): Resource | undefined {
  if (on === undefined) return undefined;
  const [, kind, name] = (typeof on === 'string' && /^([a-z]+):(.+)$/s.exec(on)) || [];
  if (kind === undefined || name === undefined || !KINDS.includes(kind) || (kind === 'server' && !name.includes('/'))) {
    throw new InvalidInputError('cannot explain: because on must be user:NAME, group:NAME, service:NAME or server:USER/SERVER');
  }
  return { kind: kind as FilterKind, name };
}
