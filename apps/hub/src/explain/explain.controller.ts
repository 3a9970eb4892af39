import { Get, Inject, Query } from '@nestjs/common';
import type { FilterKind, Resource, ScopeDefinitions } from '#scopes';
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
};

/**
 * `GET explain?user=ada&scope=read:users&on=user:bob` (or `service=`, or `token=a7`; without `on`: the unfiltered scope).
 * Elara's own route: operators ask it why somebody is refused.
 */
@ApiController('explain')
export class ExplainController {
  constructor(
    private readonly service: ExplainService,
    @Inject(SCOPE_DEFINITIONS) private readonly definitions: ScopeDefinitions,
  ) {}

  @Get()
  @NeedsScope('admin:users')
  @Describe({ summary: 'Why somebody may, or may not, do something', query: QUERY, answers: { 200: 'Explanation' }, errors: [400, 404] })
  explain(@Query() query: Record<string, unknown>): Promise<Explanation> {
    const { scope } = query;
    if (typeof scope !== 'string' || !this.definitions.has(scope)) {
      throw new InvalidInputError('cannot explain: because scope must be one that exists, without a filter, e.g. scope=read:users');
    }
    return this.service.explain({ who: identityOf(query), scope, on: resourceOf(query.on) });
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
