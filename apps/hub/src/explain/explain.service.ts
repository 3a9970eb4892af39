import { Inject, Injectable } from '@nestjs/common';
import { expandParsed, type Owner, type ParsedScopes, printScopes, type Resource, type ScopeDefinitions } from '#scopes';
import { fromDbJson } from '../database/values.js';
import { NotFoundError } from '../errors.js';
import { ScopeCheck } from '../http/scope-check.js';
import { EffectiveScopes } from '../identity/effective-scopes.js';
import { SCOPE_DEFINITIONS } from '../identity/scope-definitions.js';
import type { TokenOwner } from '../identity/token-store.js';
import { ExplainRepository, type HeldRole } from './explain.repository.js';

export type Identity = { user: string } | { service: string } | { tokenId: number };

export interface Question {
  who: Identity;
  scope: string;
  /** undefined: without a filter, as routes that concern no single resource need it. */
  on?: Resource;
}

export interface Reason {
  role: string;
  /** The group that brings the role; null when it was given directly. */
  group: string | null;
  /** The scope as it stands in the role. */
  scope: string;
}

export interface Explanation {
  allowed: boolean;
  /** One sentence for people. */
  text: string;
  /** Every role that grants it to the owner. */
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
    private readonly scopes: EffectiveScopes,
    private readonly check: ScopeCheck,
  ) {}

  /** @throws NotFoundError when there is no such user, service or token */
  async explain({ who, scope, on }: Question): Promise<Explanation> {
    const subject = await this.#subject(who);
    const allowed = await this.check.holds({ parsed: subject.effective }, [scope], on);
    const reasons = await this.#reasons(await this.rows.roles(subject.owner), subject.owner, scope, on);
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

  async #reasons(roles: readonly HeldRole[], owner: Owner, scope: string, on?: Resource): Promise<Reason[]> {
    const reasons: Reason[] = [];
    for (const { role, group, scopes } of roles) {
      for (const raw of scopes) {
        const parsed = expandParsed([raw], { definitions: this.definitions, owner });
        if (await this.check.holds({ parsed }, [scope], on)) reasons.push({ role, group, scope: raw });
      }
    }
    return reasons;
  }
}

function sentence({ owner, tokenScopes }: Subject, scope: string, on: Resource | undefined, allowed: boolean, reasons: Reason[], held: string[]): string {
  const subject = `${tokenScopes ? 'this token of ' : ''}${owner.kind} ${owner.name}`;
  const what = `${scope}${on ? ` on ${on.kind} ${on.name}` : ' without a filter'}`;
  const [first] = reasons;
  if (allowed) return `${subject} has ${what}${first ? `: by the role ${first.role}${first.group === null ? '' : ` of the group ${first.group}`} (${first.scope})` : ''}`;
  if (tokenScopes && first) return `${subject} lacks ${what}: the role ${first.role} grants it to the owner, but not to a token with the scopes ${tokenScopes.join(', ') || '(none)'}`;
  if (held.length > 0) return `${subject} lacks ${what}: it is held only as ${held.join(', ')}`;
  return `${subject} lacks ${what}: no role grants it`;
}
