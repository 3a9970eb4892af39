import { Inject, Injectable } from '@nestjs/common';
import { expandParsed, type Owner, type ParsedScopes, printScopes, type Resource, type ScopeDefinitions } from '#scopes';
import { fromDbJson } from '../database/values.js';
import { NotFoundError } from '../errors.js';
import { ScopeCheck } from '../http/scope-check.js';
import { EffectiveScopes } from '../identity/effective-scopes.js';
import { GrantsRepository } from '../identity/grants.repository.js';
import { SCOPE_DEFINITIONS } from '../identity/scope-definitions.js';
import type { TokenOwner } from '../identity/token-store.js';
import { ExplainRepository } from './explain.repository.js';

export type Identity = { user: string } | { service: string } | { tokenId: number };

export interface Question {
  who: Identity;
  scope: string;
  /** undefined: without a filter, as routes that concern no single resource need it. */
  on?: Resource;
}

/** What grants something: a role, or a share. */
export interface Reason {
  /** null for a share. */
  role: string | null;
  /** The server that is shared, "user/server"; null for a role. */
  share: string | null;
  /** The group that brings the role, or that the server is shared with; null when it was given directly. */
  group: string | null;
  /** The scope as it stands in the role or share. */
  scope: string;
}

type Grant = Omit<Reason, 'scope'> & { scopes: readonly string[] };

export interface Explanation {
  allowed: boolean;
  /** One sentence for people. */
  text: string;
  /** Every role and share that grants it to the owner. */
  reasons: Reason[];
  /** The forms of the scope that are held, with their filters; the nearest miss when it is not allowed. */
  held: string[];
  /** For a token: the scopes it was made with, `inherit` meaning all of its owner's. */
  token_scopes?: string[];
}

interface Subject {
  owner: Owner & TokenOwner;
  effective: ParsedScopes;
  tokenScopes?: string[];
}

/** Says why somebody may or may not do something, by the functions that decide it. */
@Injectable()
export class ExplainService {
  constructor(
    @Inject(SCOPE_DEFINITIONS) private readonly definitions: ScopeDefinitions,
    private readonly rows: ExplainRepository,
    private readonly grants: GrantsRepository,
    private readonly scopes: EffectiveScopes,
    private readonly check: ScopeCheck,
  ) {}

  /** @throws NotFoundError when there is no such user, service or token */
  async explain({ who, scope, on }: Question): Promise<Explanation> {
    const subject = await this.#subject(who);
    const allowed = await this.check.holds({ parsed: subject.effective }, [scope], on);
    const reasons = await this.#reasons(subject.owner, scope, on);
    const held = printScopes(subject.effective).filter((one) => one === scope || one.startsWith(`${scope}!`));
    const { tokenScopes } = subject;
    return { allowed, text: sentence(subject, scope, on, allowed, reasons, held), reasons, held, ...(tokenScopes && { token_scopes: tokenScopes }) };
  }

  async #subject(who: Identity): Promise<Subject> {
    if ('tokenId' in who) return this.#tokenSubject(who.tokenId);
    const [kind, name] = 'user' in who ? (['user', who.user] as const) : (['service', who.service] as const);
    const found = await this.rows.owner(kind, name);
    if (!found) throw new NotFoundError(`No such ${kind}: ${name}`);
    const owner = { ...found, name };
    return { owner, effective: await this.scopes.ofOwner(owner) };
  }

  async #tokenSubject(id: number): Promise<Subject> {
    const row = await this.rows.token(id);
    if (!row) throw new NotFoundError(`No such token: a${id}`);
    const kind = row.user_id === null ? 'service' : 'user';
    const owner = { kind, id: row.user_id ?? row.service_id!, name: row.owner_name } as const;
    return { owner, effective: await this.scopes.ofToken(row, owner), tokenScopes: fromDbJson<string[]>(row.scopes, []) };
  }

  async #reasons(owner: Owner & TokenOwner, scope: string, on?: Resource): Promise<Reason[]> {
    const reasons: Reason[] = [];
    for (const { scopes, ...source } of await this.#grantsOf(owner)) {
      for (const raw of scopes) {
        const parsed = expandParsed([raw], { definitions: this.definitions, owner });
        if (await this.check.holds({ parsed }, [scope], on)) reasons.push({ ...source, scope: raw });
      }
    }
    return reasons;
  }

  async #grantsOf(owner: TokenOwner): Promise<Grant[]> {
    const roles = (await this.rows.roles(owner)).map((role) => ({ ...role, share: null }));
    const shares = owner.kind === 'user' ? await this.grants.sharesWith(owner.id) : [];
    return [...roles, ...shares.map(({ server: share, group, scopes }) => ({ role: null, share, group, scopes }))];
  }
}

function sentence({ owner, tokenScopes }: Subject, scope: string, on: Resource | undefined, allowed: boolean, reasons: Reason[], held: string[]): string {
  const subject = `${tokenScopes ? 'this token of ' : ''}${owner.kind} ${owner.name}`;
  const what = `${scope}${on ? ` on ${on.kind} ${on.name}` : ' without a filter'}`;
  const [first] = reasons;
  if (allowed) return `${subject} has ${what}${first ? `: by ${sourceOf(first)} (${first.scope})` : ''}`;
  if (tokenScopes && first) return `${subject} lacks ${what}: ${sourceOf(first)} grants it to the owner, but not to a token with the scopes ${tokenScopes.join(', ') || '(none)'}`;
  if (held.length > 0) return `${subject} lacks ${what}: it is held only as ${held.join(', ')}`;
  return `${subject} lacks ${what}: no role and no share grants it`;
}

function sourceOf({ role, share, group }: Reason): string {
  if (role !== null) return `the role ${role}${group === null ? '' : ` of the group ${group}`}`;
  return `the share of the server ${share}${group === null ? '' : ` with the group ${group}`}`;
}
