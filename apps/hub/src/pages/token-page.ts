import type { ScopeDescription } from '#scopes';
import type { TokenModel } from '../tokens/token.model.js';
import { PageTime } from './page-time.js';
import { wireTime } from './server-view.js';
import { permissionsOf, type ScopeContext } from './token-scopes.js';

export interface TokenView {
  /** Its id in the API. */
  api_id: string;
  note: string;
  scopes: readonly string[];
  /** The same in words; undefined: all that its owner may do. */
  permissions: ScopeDescription[] | undefined;
  created: PageTime | null;
  last_activity: PageTime | null;
  expires_at: PageTime | null;
}

export interface ClientView {
  client_id: string;
  description: string;
  created: PageTime | null;
  last_activity: PageTime | null;
  /** One of its tokens: revoking it revokes all. */
  token_id: string;
  token_count: number;
}

export function tokenView({ id, note, scopes, created, last_activity, expires_at }: TokenModel, held: readonly string[], context: ScopeContext): TokenView {
  return {
    api_id: id,
    note: note ?? '',
    scopes,
    permissions: permissionsOf(scopes, held, context),
    created: wireTime(created),
    last_activity: wireTime(last_activity),
    expires_at: wireTime(expires_at),
  };
}

/** The OAuth clients that hold tokens of a person: one entry for each, with its first and its latest use. */
export function clientViews(tokens: readonly (TokenModel & { clientId: string })[]): ClientView[] {
  const byClient = new Map<string, TokenModel[]>();
  for (const token of tokens) byClient.set(token.clientId, [...(byClient.get(token.clientId) ?? []), token]);
  return [...byClient].map(([client_id, own]) => ({
    client_id,
    description: own[0]!.oauth_client,
    created: wireTime(own.map(({ created }) => created).sort()[0]),
    last_activity: wireTime(own.map(({ last_activity }) => last_activity ?? '').sort().at(-1)),
    token_id: own[0]!.id,
    token_count: own.length,
  }));
}

const HOUR = 3600;
const DAY = 24 * HOUR;
const LIVES: [seconds: number, label: string][] = [
  [HOUR, '1 hour'],
  [DAY, '1 day'],
  [7 * DAY, '1 week'],
  [30 * DAY, '30 days'],
  [365 * DAY, '1 year'],
];

export interface ExpiryOption {
  /** '' for never. */
  seconds: number | '';
  label: string;
  selected: boolean;
}

/** How long a new token may live. @param limit `token_expires_in_max_seconds`; 0: no limit */
export function expiryOptions(limit: number): ExpiryOption[] {
  const options = LIVES.filter(([seconds]) => limit === 0 || seconds <= limit).map(([seconds, label]) => ({ seconds, label, selected: false }));
  if (limit === 0) return [...options, { seconds: '', label: 'Never', selected: true }];
  // without a number of seconds, the API gives the longest life that is allowed
  return [...options, { seconds: '', label: 'As late as possible', selected: true }];
}
