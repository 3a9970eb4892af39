import { Inject, Injectable } from '@nestjs/common';
import { READS, type Reads } from '../database/reads.js';
import { toDbTime, toNameList } from '../database/values.js';
import type { Caller } from './caller.js';
import { EndedSessions } from './ended-sessions.js';

/** Whose token or session has ended since they came. */
@Injectable()
export class EndedCallers {
  constructor(
    @Inject(READS) private readonly reads: Reads,
    private readonly sessions: EndedSessions,
  ) {}

  /** Those of these callers whose token was revoked or has expired, who have logged out, or whose account is gone; in two statements. */
  async among(callers: readonly Caller[]): Promise<Set<Caller>> {
    const [tokens, cookies] = await Promise.all([this.#livingTokens(callers), this.#livingCookies(callers)]);
    const lives = ({ token, session }: Caller) => (token ? tokens.has(token.id) : session !== undefined && cookies.has(session.cookieId) && !this.sessions.has(session.id));
    return new Set(callers.filter((caller) => !lives(caller)));
  }

  async #livingTokens(callers: readonly Caller[]): Promise<Set<number>> {
    const ids = callers.flatMap(({ token }) => token?.id ?? []);
    if (ids.length === 0) return new Set();
    const sql = `SELECT id FROM api_tokens WHERE id IN ${this.reads.idList} AND (expires_at IS NULL OR expires_at >= ?)`;
    const rows = await this.reads.all<{ id: number }>(sql, JSON.stringify(ids), toDbTime(new Date()));
    return new Set(rows.map(({ id }) => id));
  }

  async #livingCookies(callers: readonly Caller[]): Promise<Set<string>> {
    const ids = callers.flatMap(({ session }) => session?.cookieId ?? []);
    if (ids.length === 0) return new Set();
    const rows = await this.reads.all<{ cookie_id: string }>(`SELECT cookie_id FROM users WHERE cookie_id IN ${this.reads.nameList}`, toNameList(ids));
    return new Set(rows.map(({ cookie_id }) => cookie_id));
  }
}
