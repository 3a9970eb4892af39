import type { ApiTokenRow } from '../database/tables.js';
import { toWireTime } from '../database/values.js';

/** A token as the API shows it (reference rest-api 2.6); never its secret. */
export interface TokenModel {
  user: string;
  id: string;
  kind: 'api_token';
  roles: string[];
  scopes: readonly string[];
  created: string | null;
  last_activity: string | null;
  expires_at: string | null;
  note: string | null;
  session_id: string | null;
  oauth_client: string;
}

export interface TokenFacts {
  row: ApiTokenRow;
  userName: string;
  /** What the token grants right now, expanded. */
  scopes: readonly string[];
  lastActivity: string | null;
  /** The description of the client it was issued to. */
  clientName: string;
}

export function tokenModel({ row, userName, scopes, lastActivity, clientName }: TokenFacts): TokenModel {
  return {
    user: userName,
    id: `a${row.id}`,
    kind: 'api_token',
    roles: [],
    scopes,
    created: toWireTime(row.created),
    last_activity: toWireTime(lastActivity),
    expires_at: toWireTime(row.expires_at),
    note: row.note,
    session_id: row.session_id,
    oauth_client: clientName,
  };
}

/** The largest integer that PostgreSQL compares with a row's id. */
const LARGEST_ID = 2 ** 31 - 1;

/** The row id behind `a12`; undefined for anything else. */
export function tokenRowId(id: string): number | undefined {
  const digits = /^a(\d{1,15})$/.exec(id)?.[1];
  return digits !== undefined && Number(digits) <= LARGEST_ID ? Number(digits) : undefined;
}
